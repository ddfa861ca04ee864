package dev.kilter.cli.load.wire;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.net.InetSocketAddress;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** Opens connections to one endpoint, all on one loop. */
final class Dialer {

    private static final int CONNECT_MILLIS = 3000;

    private final NettyLoop loop;
    private final Endpoint endpoint;
    private final Optional<SslContext> tls;

    /** @param protocol as ALPN names it: http/1.1 or h2 */
    Dialer(NettyLoop loop, Endpoint endpoint, String protocol) {
        this.loop = loop;
        this.endpoint = endpoint;
        this.tls = endpoint.tls() ? Optional.of(tls(protocol)) : Optional.empty();
    }

    /** The handler is active once the connection is usable, or removed without having been active. */
    ChannelFuture dial(ChannelHandler handler) {
        return new Bootstrap()
                .group(loop.eventLoop())
                .channelFactory(loop.sockets())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        tls.ifPresent(context -> channel.pipeline()
                                .addLast(context.newHandler(channel.alloc(), endpoint.host(), endpoint.port())));
                        channel.pipeline().addLast(handler);
                    }
                })
                .connect(new InetSocketAddress(endpoint.host(), endpoint.port()));
    }

    private static SslContext tls(String protocol) {
        try {
            return SslContextBuilder.forClient()
                    .applicationProtocolConfig(new ApplicationProtocolConfig(
                            ApplicationProtocolConfig.Protocol.ALPN,
                            ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                            ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                            protocol))
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException("TLS is not available: " + e.getMessage(), e);
        }
    }
}
