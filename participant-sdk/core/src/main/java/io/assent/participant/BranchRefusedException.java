package io.assent.participant;

/** Work was not begun because its transaction can't commit any more, or because a limit is reached. */
public final class BranchRefusedException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    public BranchRefusedException(String message) {
        super(message);
    }
}
