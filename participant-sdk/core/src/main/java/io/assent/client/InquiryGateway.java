package io.assent.client;

import io.assent.api.Inquiry;
import java.util.List;

/** Where a participant asks about its branches in doubt. */
public interface InquiryGateway {

    /**
     * Asks about branches in doubt. An inquiry without an answer in the result is to be asked again; a branch is never
     * ended because an answer is missing (rule R7).
     *
     * @param inquiries any number; sent in batches
     * @return the coordinator's answers to these inquiries, in any order
     * @throws CoordinatorUnavailableException if no replica answered
     */
    List<Inquiry.Answer> inquire(List<Inquiry> inquiries) throws CoordinatorUnavailableException;
}
