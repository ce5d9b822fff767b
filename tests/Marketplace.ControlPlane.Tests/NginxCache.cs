using Marketplace.Testing;

namespace Marketplace.ControlPlane.Tests;

/// <summary>Debian's nginx as a shared cache in front of the control plane.</summary>
internal sealed class NginxCache : IAsyncDisposable
{
    private readonly string _folder;
    private readonly ChildProcess _process;

    private NginxCache(string folder, ChildProcess process, Uri url) => (_folder, _process, Url) = (folder, process, url);

    public Uri Url { get; }

    public static async Task<NginxCache> StartAsync(string origin)
    {
        var folder = TestFolder.Create("nginx");
        var url = new Uri($"http://127.0.0.1:{LoopbackPort.Pick()}");
        var configuration = Path.Combine(folder, "nginx.conf");
        await File.WriteAllTextAsync(configuration,
            $$"""
            daemon off; pid {{folder}}/pid; error_log stderr; worker_processes 1;
            events { }
            http {
              access_log off; client_body_temp_path {{folder}}/b; proxy_temp_path {{folder}}/p;
              fastcgi_temp_path {{folder}}/f; uwsgi_temp_path {{folder}}/u; scgi_temp_path {{folder}}/s;
              proxy_cache_path {{folder}}/cache keys_zone=snapshots:1m;
              server {
                listen {{url.Authority}};
                location / {
                  proxy_pass {{origin}}; proxy_http_version 1.1; proxy_cache snapshots;
                  proxy_cache_revalidate on; proxy_ignore_headers Cache-Control; add_header X-Cache $upstream_cache_status always;
                }
              }
            }
            """);
        var process = ChildProcess.Start("/usr/sbin/nginx", ["-c", configuration, "-e", "stderr"]);
        await process.AnswersAsync(url);
        return new NginxCache(folder, process, url);
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        TestFolder.Delete(_folder);
    }
}
