using AuthGateway.Http;
using AuthGateway.Proxy;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging.Abstractions;
using Yarp.ReverseProxy.Forwarder;

namespace AuthGateway.Tests.Forwarding;

/// <summary>Kestrel breaks a connection off first and cancels the request's token a moment later; what comes between must not look like the application's fault.</summary>
public sealed class UpstreamErrorsTests
{
    [Theory]
    [InlineData(ForwarderError.RequestCanceled, "aborted", 499)]
    [InlineData(ForwarderError.RequestBodyCanceled, "aborted", 499)]
    [InlineData(ForwarderError.RequestBodyClient, "reset", 499)]
    [InlineData(ForwarderError.Request, "both", 499)]
    [InlineData(ForwarderError.Request, "refused", 502)]
    public async Task Connection_that_the_client_or_we_ended_is_499_before_its_token_is_cancelled(ForwarderError error, string exception, int status)
    {
        var context = new DefaultHttpContext { Response = { Body = new MemoryStream() } };
        context.Request.Method = "PUT";
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = "/upload";
        context.Request.Headers.Host = "gw.example.test";
        context.Features.Set<IForwarderErrorFeature>(new Failure(error, exception switch
        {
            "aborted" => new HttpRequestException("copy", new IOException("read", new TaskCanceledException("ended", new ConnectionAbortedException("ended")))),
            "reset" => new IOException("read", new ConnectionResetException("reset")),
            "both" => new AggregateException(new HttpRequestException("send"), new OperationCanceledException("ended", new ConnectionAbortedException("ended"))),
            _ => new HttpRequestException("refused", new System.Net.Sockets.SocketException(111)),
        }));
        Assert.True(AccessRequest.TryRead(context.Features, AuthGateway.Http.EntryPoint.Inline, new ClientConnection(ListenerKind.Main, null), out var request));

        await new UpstreamErrors(null!, NullLogger<UpstreamErrors>.Instance).AnswerAsync(context, request, error);

        Assert.Equal(status, context.Response.StatusCode);
    }

    private sealed record Failure(ForwarderError Error, Exception? Exception) : IForwarderErrorFeature;
}
