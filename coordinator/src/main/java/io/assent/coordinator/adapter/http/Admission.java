package io.assent.coordinator.adapter.http;

import io.assent.api.Branch;
import io.assent.api.BranchId;
import io.assent.api.Gtrid;
import io.assent.api.MalformedException;
import io.assent.api.Vote;
import io.assent.coordinator.engine.port.AllowedOrigins;
import io.assent.coordinator.engine.port.Scheduler;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a request must keep to that its form alone does not say. */
public final class Admission {

    /** As many as one transaction of the SDK comes by. */
    private static final int ROLLED_BACK_MAX = 4096;

    private final HttpSettings settings;
    private final AllowedOrigins allowedOrigins;
    private final Scheduler scheduler;

    public Admission(HttpSettings settings, AllowedOrigins allowedOrigins, Scheduler scheduler) {
        this.settings = settings;
        this.allowedOrigins = allowedOrigins;
        this.scheduler = scheduler;
    }

    HttpSettings settings() {
        return settings;
    }

    /** An id from the future would outlive its retention. Aborting one is always allowed: it releases branches. */
    void checkMinted(Gtrid gtrid) {
        Duration ahead = Duration.ofMillis(gtrid.mintedAtMillis() - scheduler.wallMillis());
        if (ahead.compareTo(settings.aheadMax()) > 0) {
            throw Problem.of(
                            ErrorCode.NOT_ALLOWED,
                            "gtrid " + gtrid + " says that it was minted " + ahead + " in the future; at most "
                                    + settings.aheadMax() + " is allowed (assent.http.ahead-max)")
                    .about("gtrid", gtrid.toString())
                    .remedied("set the clock of the machine that mints the ids")
                    .toException();
        }
    }

    void checkDeadline(Duration remaining) {
        if (remaining.compareTo(settings.deadlineMax()) > 0) {
            throw Problem.of(
                            ErrorCode.NOT_ALLOWED,
                            "a deadline " + remaining + " away is over the maximum of " + settings.deadlineMax()
                                    + " (assent.http.deadline-max)")
                    .about("timeoutMillis", Long.toString(remaining.toMillis()))
                    .remedied("ask for at most " + settings.deadlineMax().toMillis()
                            + " ms, or have the operator raise assent.http.deadline-max")
                    .toException();
        }
    }

    /** Each branch once, at participants that the operator has allowed, with text that the log can hold. */
    void checkBranches(List<Branch> branches) {
        Set<BranchId> seen = new HashSet<>();
        for (int i = 0; i < branches.size(); i++) {
            Branch branch = branches.get(i);
            String field = "branches[" + i + "]";
            if (!seen.add(branch.id())) {
                throw new MalformedException(field, branch.id().toString(), "is listed twice; list each branch once");
            }
            checkOrigin(field + ".participant", branch.id());
            switch (branch.vote()) {
                case Vote.Prepared prepared -> checkText(field + ".evidence", prepared.evidence());
                case Vote.No no -> checkText(field + ".reason", no.reason());
                case Vote.ReadOnly _ -> {}
                case null -> {}
            }
        }
    }

    /** More than may commit, for a client may have come by more before it knew; not so many that others wait for them. */
    void checkRolledBack(List<Branch> branches) {
        if (branches.size() > ROLLED_BACK_MAX) {
            throw Problem.of(
                            ErrorCode.TOO_LARGE,
                            "a rollback of " + branches.size() + " branches is over the maximum of " + ROLLED_BACK_MAX)
                    .about("branches", branches.size() + " branches")
                    .remedied(
                            "roll back in several requests: what the first one decides, the others' branches are told")
                    .toException();
        }
    }

    void checkLabels(Map<String, String> labels) {
        labels.forEach((key, value) -> checkText("labels." + key, value));
    }

    /** The log's columns hold neither control characters nor halves of surrogate pairs. */
    void checkText(String field, String text) {
        if (text.codePoints().anyMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE)) {
            throw new MalformedException(field, text, "must have no control characters");
        }
    }

    private void checkOrigin(String field, BranchId branch) {
        if (!allowedOrigins.permits(branch.participant())) {
            String origin = branch.participant().origin();
            throw Problem.of(
                            ErrorCode.NOT_ALLOWED,
                            "the origin " + origin + " is not one that this coordinator may call")
                    .about(field, branch.participant().value())
                    .remedied("have the operator add " + origin + " to assent.allowed-origins (ASSENT_ALLOWED_ORIGINS)")
                    .toException();
        }
    }
}
