package io.assent.micronaut;

import io.micronaut.aop.Around;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Participant: runs the method as a branch of the transaction that the request came in (or that was begun here). What
 * the method, and all that it calls in the same thread, does through the service's {@code DataSource} becomes permanent
 * if the transaction commits, and is undone if it aborts. An exception rolls the branch back, votes NO and goes on to the
 * caller.
 *
 * <p>Without a transaction the method is refused with {@link io.assent.participant.NoTransactionException}, which is
 * answered with status 400. The method must do its work before it returns: methods that return a publisher or a future
 * are refused.
 */
@Documented
@Inherited
@Around
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Branch {}
