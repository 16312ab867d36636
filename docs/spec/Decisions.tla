----------------------------- MODULE Decisions -----------------------------
(* Write-once decisions: any replica coordinates any transaction, no epochs, no leases, nobody fenced off.
   The only decider is the insert of one row.

   One transaction. The branches Listed are in the commit request C1; x is a late or duplicate execution that
   the initiator normally does not know; a second, larger request C2 (which lists x too) may also be sent,
   because the reply of x arrived after all.

   Messages are never lost for ever and never expire: requests, votes, inquiries and answers stay in the network
   and may be delivered to anybody, any number of times, at any time. Statements are queued, run and answer (or
   not) independently of whoever sent them. Time does not occur: deadlines may pass and the floor may rise at any
   moment, so that nothing rests on a clock.

   Each flag that is FALSE removes one rule of docs/PROTOCOL.md. The flags Env… switch on a hostile environment. *)
EXTENDS Naturals, FiniteSets, TLC
CONSTANTS
  Replica, Slot, \* Slot: how many statements may be in flight
  a, b, x, NULL,
  Requests,      \* the commit requests that may be sent: {"C1", "C2"}
  Ageing,        \* the floor may rise (FALSE: nothing is resolved by age)
  EnvHeuristic,  \* somebody rolls a prepared branch back by hand
  EnvRestore,    \* a participant's database is restored from a backup
  EnvFailover    \* the log loses what is not known to be durable
CONSTANTS
  FirstWins,     \* R1: the first row wins (FALSE: the last one)
  ReadBack,      \* R2: a replica whose insert did not land takes the winning row (FALSE: its own proposal)
  NoInfer,       \* R3: a lost reply of the insert says nothing (FALSE: "it failed", so ABORT)
  RowFirst,      \* R4: nobody is told ABORT before a row says so (FALSE: when it is proposed)
  VoteAll,       \* R5: COMMIT is proposed only with a yes from every listed branch
  VoteTruth,     \* R6: a participant that does not know the branch votes NO
  PrepStable,    \* R7: prepared survives crashes and never ends by itself
  ListCheck,     \* R8: COMMIT is told only to branches in the row's list
  ListMatch,     \* R9: a client is told COMMITTED only if the row's list is the one that it asked for
  FreshIds,      \* R10: a bqual is minted per execution (FALSE: a repeated request executes under the same one)
  Floor,         \* R11: the insert refuses ids below the floor
  Fence,         \* R12: raising the floor waits for every insert that has passed it
  OneSnap,       \* R13: floor and row are read in one snapshot (FALSE: first the row, then the floor)
  PruneAcked,    \* R14: a COMMIT row goes only when every listed branch has acknowledged
  PruneRet,      \* R14: every row goes only below the floor
  AbsentLate,    \* R15: the absence of a row means something only below the floor
  ClientGone,    \* R15: a client never gets an outcome from absence
  AckEvidence,   \* R16: COMMIT is acknowledged only with proof of having committed
  SyncRep,       \* R17: the insert is acknowledged only when it is durable where it must survive
  DurRead,       \* R18: a row that was read is believed only when it is known to be durable
  RestoreHold    \* R19: a restored participant does not take ABORT by absence

Listed == {a, b}
Branch == {a, b, x}
Commits == {"C1", "C2"}
ListOf(v) == IF v = "C1" THEN Listed ELSE IF v = "C2" THEN Branch ELSE {}
Symmetry == Permutations(Replica) \cup Permutations(Slot) \cup Permutations(Listed)

VARIABLES
  floor,         \* is the transaction below the floor?
  row, durable,  \* the row, and whether a fail-over keeps it
  pruned,        \* what the row said that has been pruned
  everDurable,   \* all outcomes that ever were durable (nobody can read this)
  memory,        \* per replica: what a row said
  statement,     \* per slot: an insert in flight
  state,         \* per branch
  voted,         \* branches that have voted PREPARED
  toldCommit, toldAbort, toldAbsent, \* what branches have been told
  clientTold,    \* what clients have been told
  twice, restored
vars == <<floor, row, durable, pruned, everDurable, memory, statement, state, voted, toldCommit, toldAbort, toldAbsent,
          clientTold, twice, restored>>
log == <<row, durable, pruned, everDurable>>
answers == <<toldCommit, toldAbort, toldAbsent, clientTold>>
participants == <<state, voted, twice, restored>>
Idle == [at |-> "idle", v |-> "none", by |-> NULL]

Init == /\ floor = FALSE /\ row = "none" /\ durable = FALSE /\ pruned = "none" /\ everDurable = {}
        /\ memory = [r \in Replica |-> "none"] /\ statement = [s \in Slot |-> Idle]
        /\ state = [k \in Branch |-> "active"] /\ voted = {} /\ twice = {} /\ restored = {}
        /\ toldCommit = {} /\ toldAbort = {} /\ toldAbsent = {} /\ clientTold = {}
-----------------------------------------------------------------------------
(* Participants *)
Becomes(k, new) == state' = [state EXCEPT ![k] = new]
Prepare(k)    == /\ state[k] = "active" /\ Becomes(k, "prepared") /\ voted' = voted \cup {k}
                 /\ UNCHANGED <<floor, log, memory, statement, answers, twice, restored>>
LocalAbort(k) == /\ state[k] = "active" /\ Becomes(k, "aborted")    \* crash, NO, time-out of the work
                 /\ UNCHANGED <<floor, log, memory, statement, answers, voted, twice, restored>>
FalseVote(k)  == /\ ~VoteTruth /\ state[k] = "aborted" /\ k \notin voted /\ voted' = voted \cup {k}
                 /\ UNCHANGED <<floor, log, memory, statement, answers, state, twice, restored>>
Forget(k)     == /\ ~PrepStable /\ state[k] = "prepared" /\ Becomes(k, "aborted")
                 /\ UNCHANGED <<floor, log, memory, statement, answers, voted, twice, restored>>
Heuristic(k)  == /\ EnvHeuristic /\ state[k] = "prepared" /\ Becomes(k, "rolledBackByHand")
                 /\ UNCHANGED <<floor, log, memory, statement, answers, voted, twice, restored>>
ExecuteAgain(k) ==
                 /\ ~FreshIds /\ state[k] = "committed" /\ k \notin twice /\ Becomes(k, "prepared") /\ twice' = twice \cup {k}
                 /\ UNCHANGED <<floor, log, memory, statement, answers, voted, restored>>
Restore(k)    == /\ EnvRestore /\ state[k] = "committed" /\ k \notin restored
                 /\ Becomes(k, "prepared") /\ restored' = restored \cup {k}
                 /\ UNCHANGED <<floor, log, memory, statement, answers, voted, twice>>
Commit(k)     == /\ state[k] = "prepared" /\ k \in toldCommit /\ Becomes(k, "committed")
                 /\ UNCHANGED <<floor, log, memory, statement, answers, voted, twice, restored>>
Abort(k)      == /\ state[k] = "prepared"
                 /\ k \in toldAbort \/ (k \in toldAbsent /\ ~(RestoreHold /\ k \in restored))
                 /\ Becomes(k, "aborted")
                 /\ UNCHANGED <<floor, log, memory, statement, answers, voted, twice, restored>>
-----------------------------------------------------------------------------
(* Replicas and their statements *)
Propose(r, s, v) ==
  /\ statement[s].at = "idle" /\ memory[r] = "none" /\ v \in Requests \cup {"A"}
  /\ v \in Commits => (VoteAll => ListOf(v) \subseteq voted)    \* ABORT may be proposed at any time, for any reason
  /\ statement' = [statement EXCEPT ![s] = [at |-> "sent", v |-> v, by |-> r]]
  /\ memory' = IF ~RowFirst /\ v = "A" THEN [memory EXCEPT ![r] = "A"] ELSE memory
  /\ UNCHANGED <<floor, log, participants, answers>>
Start(s) ==   \* the statement takes its snapshot, looks at the floor and holds it
  /\ statement[s].at = "sent"
  /\ statement' = [statement EXCEPT ![s] = IF Floor => ~floor THEN [@ EXCEPT !.at = "runs"] ELSE Idle]
  /\ UNCHANGED <<floor, log, memory, participants, answers>>
Insert(s) ==  \* the primary key arbitrates, the row is committed locally
  /\ statement[s].at = "runs"
  /\ IF row = "none" \/ ~FirstWins
     THEN /\ row' = statement[s].v /\ durable' = ~EnvFailover
          /\ everDurable' = IF EnvFailover THEN everDurable ELSE everDurable \cup {statement[s].v}
          /\ statement' = [statement EXCEPT ![s] =
               IF @.by = NULL THEN Idle ELSE [@ EXCEPT !.at = IF EnvFailover THEN "inserted" ELSE "landed"]]
     ELSE /\ statement' = [statement EXCEPT ![s] = IF @.by = NULL THEN Idle ELSE [@ EXCEPT !.at = "lost"]]
          /\ UNCHANGED <<row, durable, everDurable>>
  /\ UNCHANGED <<floor, pruned, memory, participants, answers>>
Replicate == /\ row # "none" /\ ~durable /\ durable' = TRUE /\ everDurable' = everDurable \cup {row}
             /\ statement' = [s \in Slot |->
                  IF statement[s].at = "inserted" THEN [statement[s] EXCEPT !.at = "landed"] ELSE statement[s]]
             /\ UNCHANGED <<floor, row, pruned, memory, participants, answers>>
FailOver ==  /\ row # "none" /\ ~durable /\ row' = "none"
             /\ statement' = [s \in Slot |-> IF statement[s].at \in {"inserted", "lost"} THEN Idle ELSE statement[s]]
             /\ UNCHANGED <<floor, durable, pruned, everDurable, memory, participants, answers>>
Acknowledge(s) ==
             /\ statement[s].by # NULL
             /\ \/ /\ statement[s].at = "landed" \/ (~SyncRep /\ statement[s].at = "inserted")
                   /\ memory' = [memory EXCEPT ![statement[s].by] = statement[s].v]
                \/ /\ statement[s].at = "lost"
                   /\ memory' = IF ReadBack THEN memory ELSE [memory EXCEPT ![statement[s].by] = statement[s].v]
             /\ statement' = [statement EXCEPT ![s] = Idle]
             /\ UNCHANGED <<floor, log, participants, answers>>
Orphan(st) == IF st.at \in {"sent", "runs"} THEN [st EXCEPT !.by = NULL] ELSE Idle
LoseReply(s) == \* a queued or running statement goes on
             /\ statement[s].at # "idle" /\ statement[s].by # NULL
             /\ memory' = IF ~NoInfer /\ statement[s].v \in Commits
                          THEN [memory EXCEPT ![statement[s].by] = "A"] ELSE memory
             /\ statement' = [statement EXCEPT ![s] = Orphan(@)]
             /\ UNCHANGED <<floor, log, participants, answers>>
Drop(s) ==   /\ statement[s].at = "sent" /\ statement[s].by = NULL /\ statement' = [statement EXCEPT ![s] = Idle]
             /\ UNCHANGED <<floor, log, memory, participants, answers>>
Read(r) ==   /\ memory[r] = "none" /\ row # "none" /\ (DurRead => durable) /\ memory' = [memory EXCEPT ![r] = row]
             /\ UNCHANGED <<floor, log, statement, participants, answers>>
Crash(r) ==  /\ memory[r] # "none" \/ \E s \in Slot : statement[s].by = r
             /\ memory' = [memory EXCEPT ![r] = "none"]
             /\ statement' = [s \in Slot |-> IF statement[s].by = r THEN Orphan(statement[s]) ELSE statement[s]]
             /\ UNCHANGED <<floor, log, participants, answers>>
-----------------------------------------------------------------------------
(* Answers. Instructions and answers to inquiries are the same thing. *)
AnswerBranch(r, k) ==
  /\ k \in voted
  /\ \/ /\ memory[r] \in Commits /\ (ListCheck => k \in ListOf(memory[r]))
        /\ k \notin toldCommit /\ toldCommit' = toldCommit \cup {k} /\ UNCHANGED toldAbort
     \/ /\ memory[r] = "A" \/ (memory[r] \in Commits /\ ListCheck /\ k \notin ListOf(memory[r]))
        /\ k \notin toldAbort /\ toldAbort' = toldAbort \cup {k} /\ UNCHANGED toldCommit
  /\ UNCHANGED <<floor, log, memory, statement, participants, toldAbsent, clientTold>>
AnswerAbsent(k) == \* that the row was missed before the floor was read needs no variable: at first there is none
  /\ k \in voted /\ k \notin toldAbsent
  /\ row = "none" \/ ~OneSnap
  /\ AbsentLate => floor
  /\ toldAbsent' = toldAbsent \cup {k}
  /\ UNCHANGED <<floor, log, memory, statement, participants, toldCommit, toldAbort, clientTold>>
AnswerClient(r, v) ==
  /\ \/ memory[r] \in Commits /\ v \in Requests /\ (ListMatch => v = memory[r])
     \/ memory[r] = "A" /\ v = "A"
  /\ v \notin clientTold /\ clientTold' = clientTold \cup {v}
  /\ UNCHANGED <<floor, log, memory, statement, participants, toldCommit, toldAbort, toldAbsent>>
AnswerClientAbsent ==
  /\ ~ClientGone /\ row = "none" /\ floor
  /\ "A" \notin clientTold /\ clientTold' = clientTold \cup {"A"}
  /\ UNCHANGED <<floor, log, memory, statement, participants, toldCommit, toldAbort, toldAbsent>>
-----------------------------------------------------------------------------
(* Pruning *)
Raise ==           /\ Ageing /\ ~floor
                   /\ Fence => \A s \in Slot : statement[s].at # "runs"
                   /\ floor' = TRUE
                   /\ UNCHANGED <<log, memory, statement, participants, answers>>
Acknowledged(k) == state[k] = "committed" \/ k \in restored
                   \/ (~AckEvidence /\ k \in toldCommit /\ state[k] = "rolledBackByHand")
Prune ==           /\ row # "none" /\ durable
                   /\ PruneRet => floor
                   /\ (PruneAcked /\ row \in Commits) => \A k \in ListOf(row) : Acknowledged(k)
                   /\ pruned' = row /\ row' = "none"
                   /\ UNCHANGED <<floor, durable, everDurable, memory, statement, participants, answers>>

Next == \/ \E k \in Branch : \/ Prepare(k) \/ LocalAbort(k) \/ FalseVote(k) \/ Forget(k) \/ Heuristic(k)
                             \/ ExecuteAgain(k) \/ Restore(k) \/ Commit(k) \/ Abort(k) \/ AnswerAbsent(k)
        \/ \E s \in Slot : Start(s) \/ Insert(s) \/ Acknowledge(s) \/ LoseReply(s) \/ Drop(s)
        \/ \E r \in Replica : Read(r) \/ Crash(r)
        \/ \E r \in Replica, k \in Branch : AnswerBranch(r, k)
        \/ \E r \in Replica, v \in {"A", "C1", "C2"} : AnswerClient(r, v) \/ \E s \in Slot : Propose(r, s, v)
        \/ AnswerClientAbsent \/ Raise \/ Prune \/ Replicate \/ FailOver
Spec == Init /\ [][Next]_vars
-----------------------------------------------------------------------------
(* What must hold *)
Committed == {k \in Branch : state[k] = "committed"}
AllOrNothing == \A v \in {"C1"} \cup (everDurable \cap Commits) :
                  Committed # {} => \A k \in ListOf(v) : state[k] # "aborted"
OnlyListed   == \A k \in Committed : \E v \in everDurable \cup {row} : k \in ListOf(v)
ToldCommitted == \A v \in clientTold \cap Commits : \A k \in ListOf(v) :
                  state[k] \in {"prepared", "committed", "rolledBackByHand"}
ToldAborted  == "A" \in clientTold => Committed = {} /\ clientTold = {"A"}
OneAnswer    == toldCommit \cap toldAbort = {}
NotTwice     == \A k \in twice : state[k] # "committed"
NothingSilent == pruned \in Commits => \A k \in ListOf(pruned) : state[k] = "committed" \/ k \in restored
Safe == AllOrNothing /\ OnlyListed /\ ToldCommitted /\ ToldAborted /\ OneAnswer /\ NotTwice /\ NothingSilent
OneOutcome   == Cardinality(everDurable) <= 1   \* the log never held two different durable outcomes
MemoryTrue   == \A r \in Replica : memory[r] # "none" => memory[r] \in everDurable

(* What must be reached, so that the rest is not true of nothing: each is violated with all rules on *)
OrphanAborted  == ~(pruned = "C1" /\ state[x] = "aborted" /\ x \in toldAbsent)  \* pruned, then an unlisted branch is told ABSENT
CommitLost     == ~(row = "A" /\ \E s \in Slot : statement[s].at = "lost" /\ statement[s].v = "C1")
AllCommitted   == ~(Committed = Branch /\ pruned = "C2")
OrphanRunning  == ~(row = "C1" /\ \E s \in Slot : statement[s] = [at |-> "runs", v |-> "A", by |-> NULL])
HeuristicTold  == ~(\E k \in Listed : state[k] = "rolledBackByHand" /\ k \in toldCommit)            \* with EnvHeuristic
RestoredHeld   == ~(\E k \in restored : pruned = "C1" /\ state[k] = "prepared" /\ k \in toldAbsent) \* with EnvRestore
LostToUnsafe   == ~(row = "A" /\ ~durable /\ \E s \in Slot : statement[s].at = "lost")              \* with EnvFailover

(* What must happen in the end *)
Fair == /\ WF_vars(\E k \in Branch : Commit(k) \/ Abort(k)) /\ WF_vars(\E k \in Branch : AnswerAbsent(k))
        /\ SF_vars(\E s \in Slot : Start(s)) /\ WF_vars(\E s \in Slot : Insert(s)) /\ SF_vars(\E r \in Replica : Read(r))
        /\ SF_vars(\E r \in Replica, k \in Branch : AnswerBranch(r, k)) /\ WF_vars(Raise)
\* a branch in doubt inquires, and a replica proposes ABORT
Inquiries == SF_vars((\E k \in Branch : state[k] = "prepared") /\ \E r \in Replica, s \in Slot : Propose(r, s, "A"))
ByAge     == Spec /\ Fair                \* with Ageing: nobody inquires
ByInquiry == Spec /\ Fair /\ Inquiries   \* without Ageing
Resolved  == \A k \in Branch : state[k] = "prepared" ~> state[k] \in {"committed", "aborted"}
=============================================================================
