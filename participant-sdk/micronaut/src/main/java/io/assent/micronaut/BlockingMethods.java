package io.assent.micronaut;

import io.micronaut.aop.MethodInvocationContext;
import java.lang.annotation.Annotation;

/** The annotations end with the method, so the method must not leave work behind that runs later. */
final class BlockingMethods {

    private BlockingMethods() {}

    static void require(MethodInvocationContext<?, ?> invocation, Class<? extends Annotation> annotation) {
        if (invocation.getReturnType().isAsyncOrReactive()) {
            throw new IllegalStateException("@" + annotation.getSimpleName() + " on "
                    + invocation.getDeclaringType().getSimpleName() + "." + invocation.getMethodName()
                    + ": a method that returns "
                    + invocation.getReturnType().getType().getSimpleName()
                    + " has not done its work when it returns. Let it block and return the value");
        }
    }
}
