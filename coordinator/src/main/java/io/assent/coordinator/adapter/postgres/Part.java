package io.assent.coordinator.adapter.postgres;

import io.assent.coordinator.engine.port.TransactionRecords.Entry;
import io.assent.coordinator.engine.port.TransactionRecords.Page;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What one log has of a list, newest first.
 *
 * @param seenTo how far down the log was looked through; empty if to its end
 */
record Part(List<Entry.Decided> transactions, Optional<UUID> seenTo) {

    /** As PostgreSQL orders ids. */
    private static final Comparator<UUID> ASCENDING = (left, right) -> {
        int high = Long.compareUnsigned(left.getMostSignificantBits(), right.getMostSignificantBits());
        return high != 0 ? high : Long.compareUnsigned(left.getLeastSignificantBits(), right.getLeastSignificantBits());
    };

    /**
     * One page of several parts. It ends where the first part ends that was not looked through to its end: below that, this one
     * may have more.
     */
    static Page together(List<Part> parts, int limit, List<String> missing) {
        Optional<UUID> end = parts.stream().flatMap(p -> p.seenTo.stream()).max(ASCENDING);
        List<Entry.Decided> all = new ArrayList<>();
        for (Part part : parts) {
            part.transactions.stream()
                    .filter(t -> end.isEmpty() || ASCENDING.compare(id(t), end.get()) >= 0)
                    .forEach(all::add);
        }
        all.sort(Comparator.comparing(Part::id, ASCENDING.reversed()));
        if (all.size() > limit) {
            List<Entry.Decided> page = List.copyOf(all.subList(0, limit));
            return new Page(page, Optional.of(id(page.getLast()).toString()), missing);
        }
        return new Page(all, end.map(UUID::toString), missing);
    }

    private static UUID id(Entry.Decided transaction) {
        return transaction.row().gtrid().value();
    }
}
