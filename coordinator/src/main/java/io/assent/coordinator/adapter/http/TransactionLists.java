package io.assent.coordinator.adapter.http;

import io.assent.coordinator.engine.Engine;
import io.assent.coordinator.engine.port.TransactionRecords;
import io.assent.coordinator.engine.port.TransactionRecords.Entry;
import io.assent.coordinator.engine.port.TransactionRecords.Filter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Lists transactions: those that are undecided in this replica's memory, then the log's, newest first. */
public final class TransactionLists {

    private final Engine engine;
    private final Queries queries;
    private final TransactionViews views;

    public TransactionLists(Engine engine, Queries queries, TransactionViews views) {
        this.engine = engine;
        this.queries = queries;
        this.views = views;
    }

    CompletableFuture<ListView> list(ListQuery query) {
        List<TransactionView> found = query.wantsUndecided() ? undecided(query) : List.of();
        int room = query.limit() - found.size();
        if (!query.wantsDecided() || room <= 0) {
            return CompletableFuture.completedFuture(new ListView(found, null, null));
        }
        return queries.run(records -> {
            TransactionRecords.Page page = records.list(query.filter(), query.cursor(), room);
            List<TransactionView> all = new ArrayList<>(found);
            for (Entry.Decided entry : page.transactions()) {
                all.add(views.decided(entry, engine.look(entry.row().gtrid()).orElse(null)));
            }
            return new ListView(all, page.next().orElse(null), ListView.orNothing(page.missing()));
        });
    }

    private List<TransactionView> undecided(ListQuery query) {
        return engine.undecided().stream()
                .map(views::undecided)
                .flatMap(Optional::stream)
                .filter(view -> query.state()
                        .map(s -> s == view.state())
                        .orElse(!view.state().isDecided()))
                .filter(view -> matches(view, query.filter()))
                .limit(query.limit())
                .toList();
    }

    private static boolean matches(TransactionView view, Filter filter) {
        Duration age = Duration.ofMillis(view.ageMillis());
        return filter.participant()
                        .map(p -> view.branches().stream()
                                .anyMatch(b -> b.participant().equals(p)))
                        .orElse(true)
                && filter.label()
                        .map(l -> l.value().equals(view.labels().get(l.key())))
                        .orElse(true)
                && filter.ageMin().map(min -> age.compareTo(min) >= 0).orElse(true)
                && filter.ageMax().map(max -> age.compareTo(max) <= 0).orElse(true);
    }
}
