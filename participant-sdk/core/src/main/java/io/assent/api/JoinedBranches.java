package io.assent.api;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What every reply inside a global transaction brings back, in the header {@value #HEADER}: the branches that joined
 * while the request was served, in this service and in all that it called.
 *
 * <p>Form: {@code v=1} then, in any order and each after a semicolon, {@code p=<participant URL>} (numbered from 0 as
 * they come), {@code b=<bqual>,<participant number>,<flags>[,<text>]} and {@code x=<text>}. The flags are the vote
 * ({@code P} prepared, {@code R} read-only, {@code N} no, {@code U} still to be asked), followed by {@code -} if the
 * participant can't inquire. The text is the evidence or the reason. URLs and texts are form-encoded (UTF-8).
 *
 * @param incomplete why the list may lack a branch (a nested call whose reply was lost), which makes commit
 *     impossible; null if it is complete
 */
public record JoinedBranches(
        List<Branch> branches, @Nullable String incomplete) {

    public static final String HEADER = "Assent-Branches";
    public static final JoinedBranches NONE = new JoinedBranches(List.of(), null);

    /** The longest header that is read, in characters. */
    public static final int HEADER_LENGTH_MAX = 64 * 1024;

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,4}");

    public JoinedBranches {
        branches = List.copyOf(branches);
        if (incomplete != null) {
            incomplete = BoundedText.cleaned(incomplete, Vote.TEXT_LENGTH_MAX);
        }
    }

    public Optional<String> whyIncomplete() {
        return Optional.ofNullable(incomplete);
    }

    /** The union of several replies. The same branch named twice keeps the worst vote: NO before none before yes. */
    public static JoinedBranches union(Collection<JoinedBranches> parts) {
        Map<BranchId, Branch> byId = new LinkedHashMap<>();
        String incomplete = null;
        for (JoinedBranches part : parts) {
            for (Branch branch : part.branches) {
                byId.merge(branch.id(), branch, JoinedBranches::worse);
            }
            incomplete = incomplete == null ? part.incomplete : incomplete;
        }
        return new JoinedBranches(List.copyOf(byId.values()), incomplete);
    }

    public String toHeader() {
        Map<ParticipantUrl, Integer> numbers = new LinkedHashMap<>();
        StringBuilder header = new StringBuilder("v=1");
        for (Branch branch : branches) {
            ParticipantUrl participant = branch.id().participant();
            Integer number = numbers.get(participant);
            if (number == null) {
                number = numbers.size();
                numbers.put(participant, number);
                header.append(";p=").append(encoded(participant.value()));
            }
            header.append(";b=")
                    .append(branch.id().bqual())
                    .append(',')
                    .append(number)
                    .append(',');
            appendVote(header, branch);
        }
        if (incomplete != null) {
            header.append(";x=").append(encoded(incomplete));
        }
        return header.toString();
    }

    /** @throws MalformedException if the text is not a header of version 1 */
    public static JoinedBranches parse(String header) {
        if (header.length() > HEADER_LENGTH_MAX) {
            throw malformed(header);
        }
        String[] parts = header.split(";", -1);
        if (!"v=1".equals(parts[0].strip())) {
            throw malformed(header);
        }
        List<ParticipantUrl> participants = new ArrayList<>();
        List<Branch> branches = new ArrayList<>();
        String incomplete = null;
        for (int i = 1; i < parts.length; i++) {
            String part = parts[i].strip();
            if (part.startsWith("p=")) {
                participants.add(new ParticipantUrl(decoded(part.substring(2), header)));
            } else if (part.startsWith("b=")) {
                branches.add(parseBranch(part.substring(2), participants, header));
            } else if (part.startsWith("x=")) {
                incomplete = decoded(part.substring(2), header);
            } else {
                throw malformed(header);
            }
        }
        return new JoinedBranches(branches, incomplete);
    }

    private static Branch parseBranch(String text, List<ParticipantUrl> participants, String header) {
        String[] fields = text.split(",", -1);
        if (fields.length < 3 || fields.length > 4 || !NUMBER.matcher(fields[1]).matches()) {
            throw malformed(header);
        }
        int number = Integer.parseInt(fields[1]);
        if (number >= participants.size()) {
            throw malformed(header);
        }
        String detail = fields.length == 4 ? decoded(fields[3], header) : "";
        BranchId id = new BranchId(participants.get(number), new Bqual(fields[0]));
        String flags = fields[2];
        Inquiring inquiring = flags.endsWith("-") ? Inquiring.CANNOT : Inquiring.CAN;
        return new Branch(id, inquiring, parseVote(flags, detail, header));
    }

    private static @Nullable Vote parseVote(String flags, String detail, String header) {
        return switch (flags.endsWith("-") ? flags.substring(0, flags.length() - 1) : flags) {
            case "P" -> new Vote.Prepared(detail);
            case "R" -> new Vote.ReadOnly();
            case "N" -> new Vote.No(detail);
            case "U" -> null;
            default -> throw malformed(header);
        };
    }

    private static void appendVote(StringBuilder header, Branch branch) {
        Vote vote = branch.vote();
        String cannot = branch.inquiring() == Inquiring.CANNOT ? "-" : "";
        if (vote == null) {
            header.append('U').append(cannot);
        } else if (vote instanceof Vote.Prepared prepared) {
            header.append('P').append(cannot);
            appendDetail(header, prepared.evidence());
        } else if (vote instanceof Vote.No no) {
            header.append('N').append(cannot);
            appendDetail(header, no.reason());
        } else {
            header.append('R').append(cannot);
        }
    }

    private static void appendDetail(StringBuilder header, String detail) {
        if (!detail.isEmpty()) {
            header.append(',').append(encoded(detail));
        }
    }

    private static Branch worse(Branch left, Branch right) {
        return rank(left) <= rank(right) ? left : right;
    }

    private static int rank(Branch branch) {
        Vote vote = branch.vote();
        if (vote instanceof Vote.No) {
            return 0;
        }
        if (vote == null) {
            return 1;
        }
        return vote instanceof Vote.Prepared ? 2 : 3;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String decoded(String text, String header) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw malformed(header);
        }
    }

    private static MalformedException malformed(String header) {
        return new MalformedException(HEADER, header, "must be a branch list of version 1 (docs/PROTOCOL.md)");
    }
}
