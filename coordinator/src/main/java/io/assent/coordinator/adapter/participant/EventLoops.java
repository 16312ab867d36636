package io.assent.coordinator.adapter.participant;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoopGroup;

/**
 * The threads on which connections to participants live. Whoever made them ends them, after the gateway.
 *
 * @param group may serve others too: nothing here blocks it
 * @param channels makes a client socket of the kind that the group runs
 */
public record EventLoops(EventLoopGroup group, ChannelFactory<? extends Channel> channels) {}
