package io.assent.coordinator.simulation;

import io.assent.coordinator.simulation.Plan.Fault;
import io.assent.coordinator.simulation.Service.Breakage;

/** Does what a plan says goes wrong, and ends it after its time. */
final class Mischief {

    private final World world;

    Mischief(World world) {
        this.world = world;
    }

    void arrange(Fault fault) {
        world.trace.note("fault", "", fault.toString());
        Host replica = world.replica(fault.target()).host;
        Service service = world.service(fault.target());
        LogServer log = world.log;
        switch (fault.trouble()) {
            case CRASH_REPLICA -> replica.dieFor(fault.forMillis());
            case BREAK_REPLICA -> replica.dieAtStep(1 + fault.other() % 16, fault.forMillis());
            case PAUSE_REPLICA -> pause(replica, fault);
            case CRASH_SERVICE -> service.host().dieFor(fault.forMillis());
            case PAUSE_SERVICE -> pause(service.host(), fault);
            case BREAK_STEP -> {
                service.host().downWhenDying(Math.min(fault.forMillis(), 10_000));
                Breakage[] ways = Breakage.values();
                service.breakAt(fault.other() / ways.length % 12, ways[fault.other() % ways.length]);
            }
            case PARTITION -> {
                cut(replica, otherSide(fault), fault);
                cut(otherSide(fault), replica, fault);
            }
            case ONE_WAY -> {
                if (fault.other() % 2 == 0) {
                    cut(replica, otherSide(fault), fault);
                } else {
                    cut(otherSide(fault), replica, fault);
                }
            }
            case CUT_LOG -> {
                if (fault.other() % 3 != 0) {
                    cut(replica, log.host, fault);
                }
                if (fault.other() % 3 != 1) {
                    cut(log.host, replica, fault);
                }
            }
            case RESTART_LOG -> log.restart(Math.min(fault.forMillis(), 8_000));
            case FAIL_OVER -> log.failOver(Math.min(fault.forMillis(), 8_000));
            case STALL_STANDBY -> {
                log.stallStandby();
                later(fault, log::resumeStandby);
            }
            case CANCEL_WAITS -> log.cancelWaits();
            case SLOW_LOG -> {
                log.slow(500 + fault.other() * 3L);
                later(fault, () -> log.slow(0));
            }
            case ROLL_BACK_BY_HAND -> service.rollBackByHand(fault.other());
            case RESTORE -> {
                service.backUp();
                later(fault, service::restore);
            }
            case STORM -> weather(fault, new Network.Weather(50 + fault.other() / 4, 100, 50, 2_000));
            case SLOW_NETWORK -> weather(fault, new Network.Weather(0, 150, 300, 1_000 + fault.other() * 10L));
            case REPEAT -> {
                for (int i = 0; i < 10; i++) {
                    world.network.repeatOne(fault.other() * 31 + i * 7);
                }
            }
            case LEAVE -> world.replica(fault.target()).leaveFor(fault.forMillis());
            case CRASH_CLIENT -> {
                if (!world.clients.isEmpty()) {
                    world.clients
                            .get(fault.target() % world.clients.size())
                            .host
                            .die();
                }
            }
            case SET_CLOCK -> {
                log.setClock((fault.other() - 500) * 120L);
                later(fault, () -> log.setClock(0));
            }
            case OVERLOOK -> {
                Replica blind = world.replica(fault.target());
                blind.overlook(1 + fault.other() % 7);
                later(fault, () -> blind.overlook(0));
            }
            case PAUSE_CLIENT -> {
                if (!world.clients.isEmpty()) {
                    pause(world.clients.get(fault.target() % world.clients.size()).host, fault);
                }
            }
        }
    }

    /** Whom a replica is cut off from: a service, or the clients' side of it. */
    private Host otherSide(Fault fault) {
        int choice = fault.other() / 2;
        if (choice % 4 == 0 && !world.clients.isEmpty()) {
            return world.clients.get(choice / 4 % world.clients.size()).host;
        }
        return world.service(choice).host();
    }

    private void pause(Host host, Fault fault) {
        host.pause();
        later(fault, host::resume);
    }

    private void cut(Host from, Host to, Fault fault) {
        world.network.cut(from, to);
        later(fault, () -> world.network.mend(from, to));
    }

    private void weather(Fault fault, Network.Weather weather) {
        world.network.weather(weather);
        later(fault, () -> world.network.weather(Network.Weather.FAIR));
    }

    private void later(Fault fault, Runnable end) {
        world.timeline.after(fault.forMillis() * Timeline.MILLI, end);
    }
}
