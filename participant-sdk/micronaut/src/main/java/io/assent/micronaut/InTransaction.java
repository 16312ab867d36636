package io.assent.micronaut;

import io.assent.api.CommitRequest;
import io.micronaut.aop.Around;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Initiator: runs the method in a global transaction. Calls that it makes with Micronaut's HTTP clients, and methods
 * annotated with {@link Branch}, take part. Commits when the method returns; rolls back when it throws, and lets the
 * exception out as it was. Within a transaction, whether begun here or by the service that called, the method is part of
 * it, and whoever began it ends it.
 *
 * <p>If the outcome is not COMMIT the caller gets a {@link io.assent.TransactionAbortedException}, and if nobody can tell
 * yet, a {@link io.assent.OutcomeUnknownException}. The method must do its work before it returns: methods that return a
 * publisher or a future are refused. Where the outcome is of interest, use {@link io.assent.Assent#inTransaction}.
 */
@Documented
@Inherited
@Around
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface InTransaction {

    /** How long the transaction may take, such as {@code 10s}; {@code assent.deadline} unless set. */
    String deadline() default "";

    /** When the method returns; {@code assent.reply} unless set. */
    CommitRequest.Reply reply() default CommitRequest.Reply.APPLIED;
}
