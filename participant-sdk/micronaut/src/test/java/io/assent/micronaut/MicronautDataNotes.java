package io.assent.micronaut;

import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.transaction.annotation.Transactional;
import jakarta.inject.Singleton;

/** Branches that work through Micronaut Data, with its own transactions inside. */
@Controller("/data")
@ExecuteOn(TaskExecutors.BLOCKING)
class MicronautDataNotes {

    private final Work work;

    MicronautDataNotes(Work work) {
        this.work = work;
    }

    @Singleton
    static class Work {

        private final NoteRepository notes;

        Work(NoteRepository notes) {
            this.notes = notes;
        }

        @Branch
        @Transactional
        void write(String text) {
            notes.save(new Note(text));
            notes.save(new Note(text + "-too"));
        }

        @Branch
        @Transactional
        void writeAndFail(String text) {
            notes.save(new Note(text));
            throw new IllegalArgumentException("no more notes");
        }

        long count() {
            return notes.count();
        }
    }

    @Post("/write/{text}")
    void write(String text) {
        work.write(text);
    }

    @Post("/fail/{text}")
    void fail(String text) {
        work.writeAndFail(text);
    }

    @Post("/count")
    long count() {
        return work.count();
    }
}
