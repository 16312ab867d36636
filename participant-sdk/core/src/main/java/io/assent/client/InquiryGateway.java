package io.assent.client;

import io.assent.api.Inquiry;
import java.util.List;

/** Asks the coordinator about branches in doubt. */
public interface InquiryGateway {

    /**
     * Asks about at most {@link io.assent.api.InquiryJson#BATCH_MAX} branches in one request.
     *
     * @return the answers, in any order; a branch without one is to be asked about again
     * @throws CoordinatorUnavailableException if no replica answered
     */
    List<Inquiry.Answer> inquire(List<Inquiry> inquiries) throws CoordinatorUnavailableException;
}
