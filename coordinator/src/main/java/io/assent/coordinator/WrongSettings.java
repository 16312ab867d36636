package io.assent.coordinator;

import java.util.ArrayList;
import java.util.List;

/** All that is wrong with the settings: who has corrected one should not hear only then of the next. */
final class WrongSettings {

    private final List<WrongSettingException> found = new ArrayList<>();

    /** Makes the check, and keeps what it finds wrong. What another check has found too is kept once. */
    void keepFrom(Runnable check) {
        try {
            check.run();
        } catch (WrongSettingException e) {
            if (found.stream().noneMatch(known -> known.says(e))) {
                found.add(e);
            }
        }
    }

    /** @throws WrongSettingException the first that was found, with the others as suppressed ones */
    void throwIfAny() {
        if (found.isEmpty()) {
            return;
        }
        WrongSettingException first = found.getFirst();
        found.stream().skip(1).forEach(first::addSuppressed);
        throw first;
    }
}
