package io.assent.api;

import java.util.List;
import java.util.Map;

/**
 * An initiator's request to abort.
 *
 * @param branches the branches that the initiator knows of, so that they are released at once; may be empty
 * @param reason why, for people; at most 200 characters are kept
 */
public record RollbackRequest(List<Branch> branches, String reason, Map<String, String> labels) {

    public RollbackRequest {
        branches = List.copyOf(branches);
        labels = Labels.checked(labels);
        reason = BoundedText.cleaned(reason, Vote.TEXT_LENGTH_MAX);
    }
}
