package io.assent.participant;

import io.assent.api.Bqual;
import io.assent.api.Gtrid;
import io.assent.api.Inquiry;

/**
 * A branch that is prepared and has not been told the decision.
 *
 * @param deadline whether the transaction's deadline has passed; before that, no decision is no reason to abort
 * @param evidence what can show later that the branch committed, or empty
 * @param byHand how an operator would end the branch, such as the SQL to type
 */
public record InDoubtBranch(Gtrid gtrid, Bqual bqual, Inquiry.Deadline deadline, String evidence, String byHand) {}
