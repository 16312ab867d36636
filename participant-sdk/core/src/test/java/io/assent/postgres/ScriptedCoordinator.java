package io.assent.postgres;

import io.assent.api.Gtrid;
import io.assent.api.Inquiry;
import io.assent.client.CoordinatorUnavailableException;
import io.assent.client.InquiryGateway;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Answers inquiries as a test has set it; what it knows nothing of is PENDING. */
public final class ScriptedCoordinator implements InquiryGateway {

    private final Map<Gtrid, Inquiry.Verdict> verdicts = new ConcurrentHashMap<>();
    private final List<Inquiry> asked = new CopyOnWriteArrayList<>();
    private volatile boolean down;

    public void says(Gtrid gtrid, Inquiry.Verdict verdict) {
        verdicts.put(gtrid, verdict);
    }

    void goesDown() {
        down = true;
    }

    void comesBack() {
        down = false;
    }

    public List<Inquiry> asked() {
        return asked;
    }

    @Override
    public List<Inquiry.Answer> inquire(List<Inquiry> inquiries) throws CoordinatorUnavailableException {
        if (down) {
            throw new CoordinatorUnavailableException("down");
        }
        asked.addAll(inquiries);
        return inquiries.stream()
                .map(inquiry -> new Inquiry.Answer(
                        inquiry.gtrid(),
                        inquiry.bqual(),
                        verdicts.getOrDefault(inquiry.gtrid(), Inquiry.Verdict.PENDING)))
                .toList();
    }
}
