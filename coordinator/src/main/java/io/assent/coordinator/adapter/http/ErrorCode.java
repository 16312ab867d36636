package io.assent.coordinator.adapter.http;

import java.util.Locale;

/**
 * Every error that the API answers with: its status, what it means, and what to do about it. The names are part of the
 * protocol and stay; docs/OPERATIONS.md lists the same texts.
 */
public enum ErrorCode {
    MALFORMED(
            400,
            Category.REQUEST,
            "The request is not as documented",
            "Correct the field that is named; a repeat fails the same way."),
    NOT_FOUND(404, Category.REQUEST, "There is nothing at this path", "See /openapi for the paths."),
    UNKNOWN_TRANSACTION(
            404,
            Category.STATE,
            "No row and no memory of this transaction",
            "It may be undecided, or be held by another replica: ask again after its deadline."),
    METHOD_NOT_ALLOWED(405, Category.REQUEST, "The path exists, the method does not", "See /openapi for the methods."),
    NOT_ACCEPTABLE(406, Category.REQUEST, "The reply can't be given in that type", "Accept application/json."),
    LIST_MISMATCH(
            409,
            Category.STATE,
            "Committed with another list of branches",
            "Find out which request was right: the transaction is committed as 'decided' says."),
    NOT_THE_ENLISTED(
            409,
            Category.STATE,
            "The list is not the one that was enlisted",
            "Commit without a list, or with the one in 'enlisted'. Nothing has been decided."),
    ALREADY_COMMITTED(409, Category.STATE, "It has been committed", "It can't be rolled back any more."),
    ALREADY_DECIDED(
            409,
            Category.STATE,
            "It is being decided, or has been",
            "Branches join before commit, rollback and deadline only: begin a new transaction."),
    NOT_DECIDED(
            409, Category.STATE, "There is no decision yet", "Ask for commit or rollback, or wait for the deadline."),
    NOT_OPEN(
            409,
            Category.STATE,
            "The branch does not wait for its delivery",
            "See the status of the transaction; there is nothing left to give up."),
    GONE(
            410,
            Category.STATE,
            "Below the pruning floor",
            "Whatever it was, it is over and no longer known; look into the participants' own books."),
    TOO_LARGE(
            413,
            Category.REQUEST,
            "More than a limit allows",
            "Make the request smaller, or have the operator raise the limit that is named."),
    UNSUPPORTED_MEDIA_TYPE(415, Category.REQUEST, "The body is not JSON", "Send Content-Type: application/json."),
    NOT_ALLOWED(
            422,
            Category.POLICY,
            "Well-formed, but not allowed here",
            "Change the value that is named, or have the operator change the setting that is named."),
    INTERNAL(
            500,
            Category.DEFECT,
            "A defect of the coordinator",
            "The outcome is unknown: repeat the same request. The coordinator's log has the cause; please report it."),
    OVERLOADED(
            503,
            Category.TRANSIENT,
            "As much is in flight as the limits allow",
            "Nothing was done: repeat the same request after Retry-After, or ask another replica."),
    LOG_UNAVAILABLE(
            503,
            Category.TRANSIENT,
            "The decision log did not answer in time",
            "The outcome is unknown: repeat the same request; it will be answered by whatever was decided."),
    NO_RING(
            503,
            Category.TRANSIENT,
            "No replica takes work at this moment",
            "Send transactions to any URL that you know; ask for the ring again after Retry-After."),
    SHUTTING_DOWN(
            503,
            Category.TRANSIENT,
            "This replica is shutting down",
            "Nothing was done: repeat the same request after Retry-After, or ask another replica.");

    /** Who has to do something. */
    public enum Category {
        /** The caller's code. */
        REQUEST,
        /** The caller's expectation of the transaction. */
        STATE,
        /** The operator or the caller. */
        POLICY,
        /** Nobody: repeat the request. */
        TRANSIENT,
        /** Assent's developers. */
        DEFECT
    }

    private final int status;
    private final Category category;
    private final String meaning;
    private final String remedy;

    ErrorCode(int status, Category category, String meaning, String remedy) {
        this.status = status;
        this.category = category;
        this.meaning = meaning;
        this.remedy = remedy;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    public Category category() {
        return category;
    }

    public String meaning() {
        return meaning;
    }

    /** What to do about it. */
    public String remedy() {
        return remedy;
    }

    /** The problem's type, such as {@code urn:assent:error:list-mismatch}. */
    public String urn() {
        return "urn:assent:error:" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
