package io.assent.micronaut;

import io.assent.postgres.BranchWork;
import io.assent.postgres.PostgresParticipant;
import io.micronaut.aop.InterceptPhase;
import io.micronaut.aop.InterceptorBean;
import io.micronaut.aop.MethodInterceptor;
import io.micronaut.aop.MethodInvocationContext;
import io.micronaut.context.exceptions.ConfigurationException;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Makes a method annotated with {@link Branch} the work of a branch. */
@Singleton
@InterceptorBean(Branch.class)
final class BranchInterceptor implements MethodInterceptor<Object, Object> {

    private final PostgresParticipant participant;

    BranchInterceptor(@Nullable PostgresParticipant participant) {
        if (participant == null) {
            throw new ConfigurationException("@Branch needs a participant: set assent.participant.service and .url");
        }
        this.participant = participant;
    }

    @Override
    public @Nullable Object intercept(MethodInvocationContext<Object, Object> invocation) {
        BlockingMethods.require(invocation, Branch.class);
        BranchWork<@Nullable Object, RuntimeException> work = connection -> invocation.proceed();
        try {
            return participant.<@Nullable Object, RuntimeException>call(work);
        } catch (SQLException e) {
            throw new BranchFailedException(e);
        }
    }

    /** Around {@code @Transactional}, which then works on the branch's connection. */
    @Override
    public int getOrder() {
        return InterceptPhase.TRANSACTION.getPosition() - 5;
    }
}
