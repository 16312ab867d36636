-------------------------------- MODULE Votes --------------------------------
(* How votes come about: early (branch a), asked for (b and n), read-only (b, if it wrote nothing), and from a
   participant that can't inquire and so needs a durable intent (n). The decision itself is one step here:
   Decisions.tla is about that.

   A prepare and a vote, once sent, stay in the network and may reach anybody at any time. A proposal once sent may
   run at any later time, also after its sender crashed.

   Each flag that is FALSE removes one rule of docs/PROTOCOL.md. *)
EXTENDS Naturals, FiniteSets, TLC
CONSTANTS
  Replica,
  CrashesMax,   \* how often a replica may crash
  Wrote         \* whether b wrote something: {TRUE, FALSE}
CONSTANTS
  RoMark,       \* R20: read-only voters are marked in the row: nothing is delivered to them
  ListFull,     \* R20: they stay in the list, so that a repeated request finds the one that it asked for
  RoNoWrites,   \* R21: a branch votes READ_ONLY only if it wrote nothing
  VotePer,      \* R22: COMMIT needs an early vote, a yes or a READ_ONLY of each branch (FALSE: enough votes)
  EarlyTrue,    \* R22: the early votes in a request are what the participants said
  IntentFirst,  \* R23: no prepare to a participant that can't inquire before the intent is durable
  IntentKeep,   \* R23: the intent goes only when all of its branches are resolved
  NoEarlyN,     \* R23: a participant that can't inquire never prepares on its own
  DoneOk        \* R24: "already committed" in reply to an ABORT by absence is no divergence

Branch == {"a", "b", "n"}
Commits == {"C", "CommitReadOnly"}      \* CommitReadOnly: b is marked read-only
Symmetry == Permutations(Replica)
Writers(v) == IF v = "C" THEN Branch ELSE IF v = "CommitReadOnly" THEN Branch \ {"b"} ELSE {}
Recipients(v) == IF RoMark THEN Writers(v) ELSE IF v \in Commits THEN Branch ELSE {}

VARIABLES
  row, floor, pruned,  \* the row, is it below the floor, what the row said that has been pruned
  proposed,            \* inserts on their way
  state, wrote,        \* per branch; did b write?
  votes, prepareSent, commitSent, abortSent, requestSent, clientTold,  \* in the network
  requested, recovering, memory, intentKnown,  \* per replica: the client's request, the intent that it found, the row, its own intent acknowledged
  intentWrite, intent, \* the replica's statement that writes the intent; is there one?
  diverged,            \* somebody was told that books don't agree
  crashes
vars == <<row, floor, pruned, proposed, state, wrote, votes, prepareSent, commitSent, abortSent, requestSent, clientTold,
          requested, recovering, memory, intentKnown, intentWrite, intent, diverged, crashes>>
log == <<row, floor, pruned>>
participants == <<state, wrote, diverged>>
orders == <<commitSent, abortSent>>
replicas == <<requested, recovering, memory, intentKnown>>
intents == <<intentWrite, intent>>

Init == /\ row = "none" /\ floor = FALSE /\ pruned = "none" /\ proposed = {}
        /\ state = [k \in Branch |-> "active"] /\ wrote \in Wrote /\ diverged = FALSE
        /\ votes = {} /\ prepareSent = {} /\ commitSent = {} /\ abortSent = {} /\ requestSent = FALSE /\ clientTold = {}
        /\ requested = [r \in Replica |-> FALSE] /\ recovering = [r \in Replica |-> FALSE]
        /\ memory = [r \in Replica |-> "none"] /\ intentKnown = [r \in Replica |-> FALSE]
        /\ intentWrite = [r \in Replica |-> "idle"] /\ intent = FALSE /\ crashes = 0
-----------------------------------------------------------------------------
(* Participants *)
Becomes(k, new) == state' = [state EXCEPT ![k] = new]
VoteEarly(k) ==
  /\ k = "a" \/ (k = "n" /\ ~NoEarlyN)
  /\ state[k] = "active" /\ Becomes(k, "prepared") /\ votes' = votes \cup {<<k, "early">>}
  /\ UNCHANGED <<log, proposed, wrote, diverged, prepareSent, orders, requestSent, clientTold, replicas, intents, crashes>>
LoseWork(k) ==
  /\ state[k] = "active" /\ Becomes(k, "aborted")
  /\ UNCHANGED <<log, proposed, wrote, diverged, votes, prepareSent, orders, requestSent, clientTold, replicas, intents, crashes>>
OnPrepare(k) == \* a NO is modelled as silence
  /\ k \in prepareSent
  /\ \/ /\ state[k] = "active" /\ k = "b" /\ (~wrote \/ ~RoNoWrites)
        /\ Becomes(k, IF wrote THEN "aborted" ELSE "readOnly") /\ votes' = votes \cup {<<k, "readOnly">>}
     \/ /\ state[k] = "active" /\ ~(k = "b" /\ (~wrote \/ ~RoNoWrites))
        /\ Becomes(k, "prepared") /\ votes' = votes \cup {<<k, "yes">>}
     \/ /\ state[k] = "prepared" /\ <<k, "yes">> \notin votes
        /\ votes' = votes \cup {<<k, "yes">>} /\ UNCHANGED state
  /\ UNCHANGED <<log, proposed, wrote, diverged, prepareSent, orders, requestSent, clientTold, replicas, intents, crashes>>
OnCommit(k) ==
  /\ k \in commitSent
  /\ \/ state[k] = "prepared" /\ Becomes(k, "committed") /\ UNCHANGED diverged
     \/ state[k] \notin {"prepared", "committed"} /\ ~diverged /\ diverged' = TRUE /\ UNCHANGED state  \* nothing to commit, no proof
  /\ UNCHANGED <<log, proposed, wrote, votes, prepareSent, orders, requestSent, clientTold, replicas, intents, crashes>>
OnAbort(k) ==
  /\ k \in abortSent
  /\ \/ state[k] \in {"prepared", "active"} /\ Becomes(k, "aborted") /\ UNCHANGED diverged
     \/ state[k] = "committed" /\ ~DoneOk /\ ~diverged /\ diverged' = TRUE /\ UNCHANGED state
  /\ UNCHANGED <<log, proposed, wrote, votes, prepareSent, orders, requestSent, clientTold, replicas, intents, crashes>>
-----------------------------------------------------------------------------
(* The client's request may reach any replica, any number of times *)
RequestCommit ==
  /\ ~requestSent /\ (EarlyTrue => <<"a", "early">> \in votes) /\ requestSent' = TRUE
  /\ UNCHANGED <<log, proposed, participants, votes, prepareSent, orders, clientTold, replicas, intents, crashes>>
Receive(r) ==
  /\ requestSent /\ ~requested[r] /\ requested' = [requested EXCEPT ![r] = TRUE]
  /\ UNCHANGED <<log, proposed, participants, votes, prepareSent, orders, requestSent, clientTold, recovering, memory, intentKnown, intents, crashes>>
-----------------------------------------------------------------------------
(* Replicas *)
WriteIntent(r) ==
  /\ requested[r] /\ intentWrite[r] = "idle" /\ intentWrite' = [intentWrite EXCEPT ![r] = "sent"]
  /\ UNCHANGED <<log, proposed, participants, votes, prepareSent, orders, requestSent, clientTold, replicas, intent, crashes>>
IntentRuns(r) == \* also long after its sender died
  /\ intentWrite[r] = "sent" /\ intentWrite' = [intentWrite EXCEPT ![r] = "ran"] /\ intent' = TRUE
  /\ UNCHANGED <<log, proposed, participants, votes, prepareSent, orders, requestSent, clientTold, replicas, crashes>>
IntentAcknowledged(r) == \* if the acknowledgement is lost, the prepare is never sent
  /\ intentWrite[r] = "ran" /\ requested[r] /\ ~intentKnown[r] /\ intentKnown' = [intentKnown EXCEPT ![r] = TRUE]
  /\ UNCHANGED <<log, proposed, participants, votes, prepareSent, orders, requestSent, clientTold, requested, recovering, memory, intents, crashes>>
SendPrepare(r, k) ==
  /\ requested[r] \/ recovering[r]
  /\ k \in {"b", "n"} \ prepareSent
  /\ (IntentFirst /\ k = "n") => intentKnown[r] \/ recovering[r]
  /\ prepareSent' = prepareSent \cup {k}
  /\ UNCHANGED <<log, proposed, participants, votes, orders, requestSent, clientTold, replicas, intents, crashes>>
Yes(k) == \E kind \in {"early", "yes", "readOnly"} : <<k, kind>> \in votes
ProposeCommit(r) ==
  /\ memory[r] = "none" /\ (requested[r] \/ recovering[r])
  /\ IF VotePer THEN \A k \in Branch : Yes(k) \/ (~EarlyTrue /\ k = "a") ELSE Cardinality(votes) >= 2
  /\ LET v == IF <<"b", "readOnly">> \in votes THEN "CommitReadOnly" ELSE "C"
     IN v \notin proposed /\ proposed' = proposed \cup {v}
  /\ UNCHANGED <<log, participants, votes, prepareSent, orders, requestSent, clientTold, replicas, intents, crashes>>
ProposeAbort == \* a silence, a NO, a roll-back, an inquiry, recovery: at any time
  /\ "A" \notin proposed /\ proposed' = proposed \cup {"A"}
  /\ UNCHANGED <<log, participants, votes, prepareSent, orders, requestSent, clientTold, replicas, intents, crashes>>
Insert(v) ==
  /\ v \in proposed /\ row = "none" /\ ~floor /\ row' = v
  /\ UNCHANGED <<floor, pruned, proposed, participants, votes, prepareSent, orders, requestSent, clientTold, replicas, intents, crashes>>
Read(r) ==
  /\ memory[r] = "none" /\ row # "none" /\ memory' = [memory EXCEPT ![r] = row]
  /\ UNCHANGED <<log, proposed, participants, votes, prepareSent, orders, requestSent, clientTold, requested, recovering, intentKnown, intents, crashes>>
Recover(r) ==
  /\ intent /\ ~recovering[r] /\ recovering' = [recovering EXCEPT ![r] = TRUE]
  /\ UNCHANGED <<log, proposed, participants, votes, prepareSent, orders, requestSent, clientTold, requested, memory, intentKnown, intents, crashes>>
Crash(r) ==
  /\ crashes < CrashesMax /\ crashes' = crashes + 1
  /\ requested' = [requested EXCEPT ![r] = FALSE] /\ recovering' = [recovering EXCEPT ![r] = FALSE]
  /\ memory' = [memory EXCEPT ![r] = "none"] /\ intentKnown' = [intentKnown EXCEPT ![r] = FALSE]
  /\ UNCHANGED <<log, proposed, participants, votes, prepareSent, orders, requestSent, clientTold, intents>>
-----------------------------------------------------------------------------
(* Answers. a and b inquire; n is reached only by who knows it from the request, the intent or a COMMIT row. *)
Outcome(r) == IF memory[r] # "none" THEN memory[r] ELSE IF floor /\ row = "none" THEN "absent" ELSE "pending"
Deliver(r, k) ==
  /\ \/ k # "n" /\ state[k] = "prepared"
     \/ requested[r] \/ recovering[r] \/ k \in Recipients(memory[r])
  /\ \/ /\ Outcome(r) \in Commits /\ k \in Recipients(Outcome(r))
        /\ k \notin commitSent /\ commitSent' = commitSent \cup {k} /\ UNCHANGED abortSent
     \/ /\ \/ Outcome(r) = "A" /\ state[k] \in {"active", "prepared"}
           \/ Outcome(r) = "absent" /\ state[k] \in {"active", "prepared", "committed"}
        /\ k \notin abortSent /\ abortSent' = abortSent \cup {k} /\ UNCHANGED commitSent
  /\ UNCHANGED <<log, proposed, participants, votes, prepareSent, requestSent, clientTold, replicas, intents, crashes>>
AnswerClient(r) ==
  /\ requested[r] /\ memory[r] # "none"
  /\ LET answer == IF memory[r] = "A" THEN "ABORTED"
                   ELSE IF memory[r] = "CommitReadOnly" /\ ~ListFull THEN "LIST_MISMATCH" ELSE "COMMITTED"
     IN answer \notin clientTold /\ clientTold' = clientTold \cup {answer}
  /\ UNCHANGED <<log, proposed, participants, votes, prepareSent, orders, requestSent, replicas, intents, crashes>>
-----------------------------------------------------------------------------
(* What goes *)
DropIntent ==
  /\ intent /\ (row # "none" \/ floor)
  /\ IntentKeep => \A k \in Branch : state[k] \notin {"active", "prepared"}
  /\ intent' = FALSE
  /\ UNCHANGED <<log, proposed, participants, votes, prepareSent, orders, requestSent, clientTold, replicas, intentWrite, crashes>>
Raise ==
  /\ ~floor /\ floor' = TRUE
  /\ UNCHANGED <<row, pruned, proposed, participants, votes, prepareSent, orders, requestSent, clientTold, replicas, intents, crashes>>
Prune ==
  /\ floor /\ row # "none" /\ (\A k \in Recipients(row) : state[k] = "committed") /\ pruned' = row /\ row' = "none"
  /\ UNCHANGED <<floor, proposed, participants, votes, prepareSent, orders, requestSent, clientTold, replicas, intents, crashes>>

Next == \/ RequestCommit \/ ProposeAbort \/ DropIntent \/ Raise \/ Prune
        \/ \E k \in Branch : VoteEarly(k) \/ LoseWork(k) \/ OnPrepare(k) \/ OnCommit(k) \/ OnAbort(k)
        \/ \E v \in Commits \cup {"A"} : Insert(v)
        \/ \E r \in Replica : \/ Receive(r) \/ WriteIntent(r) \/ IntentRuns(r) \/ IntentAcknowledged(r)
                              \/ ProposeCommit(r) \/ Read(r) \/ Recover(r) \/ Crash(r) \/ AnswerClient(r)
        \/ \E r \in Replica, k \in Branch : SendPrepare(r, k) \/ Deliver(r, k)
Spec == Init /\ [][Next]_vars
-----------------------------------------------------------------------------
(* What must hold *)
Well == {"prepared", "committed", "readOnly"}
AllOrNothing  == (\E k \in Branch : state[k] = "committed") => \A k \in Branch : state[k] \in Well
ToldCommitted == "COMMITTED" \in clientTold => \A k \in Branch : state[k] \in Well
ToldAborted   == "ABORTED" \in clientTold => clientTold = {"ABORTED"} /\ \A k \in Branch : state[k] # "committed"
NoMismatch    == "LIST_MISMATCH" \notin clientTold  \* there is one request only
NoFalseAlarm  == ~diverged                          \* no participant fails here
\* n doesn't ask: something that no crash takes away must lead to it
Remembered    == state["n"] = "prepared" => intent \/ "n" \in Recipients(row) \cup commitSent \cup abortSent
Safe == AllOrNothing /\ ToldCommitted /\ ToldAborted /\ NoMismatch /\ NoFalseAlarm /\ Remembered

(* What must be reached, so that the rest is not true of nothing: each is violated with all rules on *)
ReadOnlyPruned == ~(pruned = "CommitReadOnly")
IntentDropped  == ~(pruned = "C" /\ crashes = 1 /\ ~intent /\ \E r \in Replica : intentWrite[r] = "ran")

(* What must happen in the end *)
Fair == /\ WF_vars(\E k \in Branch : OnCommit(k) \/ OnAbort(k)) /\ WF_vars(\E r \in Replica : Read(r))
        /\ WF_vars(\E r \in Replica : Recover(r)) /\ WF_vars(\E r \in Replica, k \in Branch : Deliver(r, k))
        /\ WF_vars(ProposeAbort) /\ WF_vars(\E v \in Commits \cup {"A"} : Insert(v))
InTheEnd == Spec /\ Fair
Resolved == \A k \in Branch : state[k] = "prepared" ~> state[k] # "prepared"
=============================================================================
