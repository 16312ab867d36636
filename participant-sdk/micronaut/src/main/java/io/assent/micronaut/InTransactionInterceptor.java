package io.assent.micronaut;

import io.assent.Assent;
import io.assent.Transaction;
import io.assent.TransactionOptions;
import io.assent.TransactionWork;
import io.assent.api.CommitRequest;
import io.assent.context.TransactionScope;
import io.micronaut.aop.InterceptPhase;
import io.micronaut.aop.InterceptorBean;
import io.micronaut.aop.MethodInterceptor;
import io.micronaut.aop.MethodInvocationContext;
import io.micronaut.context.exceptions.ConfigurationException;
import io.micronaut.core.convert.ConversionService;
import io.micronaut.core.propagation.PropagatedContext;
import io.micronaut.core.type.Argument;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Puts a transaction around a method annotated with {@link InTransaction}. */
@Singleton
@InterceptorBean(InTransaction.class)
final class InTransactionInterceptor implements MethodInterceptor<Object, Object> {

    private final Assent assent;

    InTransactionInterceptor(Assent assent) {
        this.assent = assent;
    }

    @Override
    public @Nullable Object intercept(MethodInvocationContext<Object, Object> invocation) {
        BlockingMethods.require(invocation, InTransaction.class);
        if (TransactionScope.current().isPresent()) {
            return invocation.proceed();
        }
        TransactionWork<@Nullable Object, RuntimeException> work = transaction -> proceedIn(transaction, invocation);
        return assent.<@Nullable Object, RuntimeException>inTransaction(options(invocation), work);
    }

    /** Around {@link Branch} and {@code @Transactional}, inside {@code @Retryable}: a repetition is a new transaction. */
    @Override
    public int getOrder() {
        return InterceptPhase.TRANSACTION.getPosition() - 10;
    }

    /** The core has bound the scope to this thread; the propagated context takes it along where the work hops threads. */
    private static Object proceedIn(Transaction transaction, MethodInvocationContext<Object, Object> invocation) {
        BoundTransaction bound = new BoundTransaction(transaction.scope());
        try {
            return PropagatedContext.getOrEmpty().plus(bound).propagate(() -> invocation.proceed());
        } finally {
            bound.end();
        }
    }

    private TransactionOptions options(MethodInvocationContext<Object, Object> invocation) {
        TransactionOptions options = assent.options();
        String deadline =
                invocation.stringValue(InTransaction.class, "deadline").orElse("");
        if (!deadline.isBlank()) {
            options = options.withDeadline(duration(deadline));
        }
        CommitRequest.Reply reply = invocation
                .enumValue(InTransaction.class, "reply", CommitRequest.Reply.class)
                .orElse(options.reply());
        options = options.withReply(reply);
        Argument<?>[] parameters = invocation.getArguments();
        for (int i = 0; i < parameters.length; i++) {
            String key = parameters[i]
                    .getAnnotationMetadata()
                    .stringValue(Label.class)
                    .orElse("");
            Object value = invocation.getParameterValues()[i];
            if (!key.isEmpty() && value != null) {
                options = options.withLabel(key, value.toString());
            }
        }
        return options;
    }

    private static Duration duration(String text) {
        return ConversionService.SHARED
                .convert(text, Duration.class)
                .orElseThrow(() -> new ConfigurationException(
                        "@InTransaction(deadline = \"" + text + "\") must be a duration, such as 10s"));
    }
}
