using System.Collections.Concurrent;
using System.Net;
using AuthGateway.SystemTests.Parts;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.FileProviders;

namespace AuthGateway.SystemTests.Programs;

/// <summary>As much of a git server (dumb protocol), a container registry and a WebDAV server as their programs need.</summary>
internal sealed class ProgramsUpstream : IAsyncDisposable
{
    private const string Listing = """
        <?xml version="1.0"?>
        <d:multistatus xmlns:d="DAV:">
          <d:response><d:href>/dav/</d:href><d:propstat><d:prop><d:resourcetype><d:collection/></d:resourcetype></d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>
          <d:response><d:href>/dav/hello.txt</d:href><d:propstat><d:prop><d:resourcetype/><d:getcontentlength>18</d:getcontentlength></d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>
        </d:multistatus>
        """;

    private const string Manifest = """
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","size":2,"digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"},"layers":[]}
        """;

    private readonly WebApplication _app;
    private readonly TempFolder _folder = new("programs-upstream");

    private ProgramsUpstream(WebApplication app) => _app = app;

    public string Address { get; private set; } = "";

    public ConcurrentQueue<(string Method, string Path, string User, string Authorization)> Requests { get; } = new();

    public static async Task<ProgramsUpstream> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var upstream = new ProgramsUpstream(builder.Build());
        upstream.Build();
        await upstream._app.StartAsync();
        upstream.Address = upstream._app.Urls.First() + "/";
        return upstream;
    }

    /// <summary>A repository with one file at <c>/repo.git</c>.</summary>
    public Task MakeRepositoryAsync() => ChildProcess.RunAsync(
        "/bin/sh",
        ["-ec", $"cd {_folder.Path}; git init -q work; cd work; echo hello > hello.txt; git add .; git -c user.name=t -c user.email=t@example.test commit -qm first; cd ..; git clone -q --bare work repo.git; cd repo.git; git update-server-info"],
        new Dictionary<string, string> { ["HOME"] = _folder.Path },
        limitSeconds: 60);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _folder.Dispose();
    }

    private void Build()
    {
        _app.Use(async (context, next) =>
        {
            var headers = context.Request.Headers;
            Requests.Enqueue((context.Request.Method, context.Request.Path, headers["kubeflow-userid"].ToString(), headers.Authorization.ToString()));
            await next();
        });
        _app.UseStaticFiles(new StaticFileOptions { FileProvider = new PhysicalFileProvider(_folder.Path), ServeUnknownFileTypes = true, DefaultContentType = "text/plain" });
        _app.Run(async context =>
        {
            var (method, path) = (context.Request.Method, context.Request.Path.Value!);
            var (status, type, body) = (method, path) switch
            {
                (_, "/v2/") => (200, "application/json", "{}"),
                (_, "/v2/lib/app/manifests/1") => (200, "application/vnd.oci.image.manifest.v1+json", Manifest.Trim()),
                ("PROPFIND", _) => (207, "application/xml", Listing),
                ("GET", "/dav/hello.txt") => (200, "text/plain", "hello over webdav\n"),
                _ => (path == "/start" ? 200 : 404, "text/plain", ""),
            };
            context.Response.StatusCode = status;
            context.Response.ContentType = type;
            context.Response.Headers["Docker-Distribution-Api-Version"] = "registry/2.0";
            await context.Response.WriteAsync(method == "HEAD" ? "" : body);
        });
    }
}
