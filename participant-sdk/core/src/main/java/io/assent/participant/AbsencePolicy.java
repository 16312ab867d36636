package io.assent.participant;

/**
 * What to do with a branch in doubt whose transaction the coordinator no longer knows, because its id lies below the
 * pruning floor (verdict ABSENT). That happens to a participant that was down for longer than the coordinator keeps
 * finished transactions, and to a database that was restored from a backup. In the first case the transaction aborted;
 * in the second it may well have committed, and the backup shows it prepared again (rule R19). The two can't be told
 * apart from here.
 */
public enum AbsencePolicy {
    /** Keep the branch prepared and tell an operator. The safe choice, and the default. */
    HOLD,
    /** Roll it back. Only for a database that is never restored from a backup. */
    ROLLBACK
}
