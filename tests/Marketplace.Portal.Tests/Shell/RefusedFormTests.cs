using System.Collections.Concurrent;
using Marketplace.Portal.Tests.App;
using Marketplace.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marketplace.Portal.Tests.Shell;

public sealed class RefusedFormTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Forms_that_a_stranger_makes_up_are_one_line_a_minute_in_the_log()
    {
        using var log = new Lines();
        await using var app = await LivePortal.StartAsync(postgres, also: services => services.AddSingleton<ILoggerProvider>(log));
        using var stranger = app.OpenBrowser();

        for (var i = 0; i < 20; i++)
            Assert.Equal(400, (await SendAsync(stranger)).Status);
        Assert.StartsWith("1 forms", Assert.Single(log.Written), StringComparison.Ordinal);

        app.Clock.Advance(TimeSpan.FromMinutes(1));
        await SendAsync(stranger);
        Assert.StartsWith("20 forms", log.Written.Last(), StringComparison.Ordinal);
        Assert.Equal(2, log.Written.Count);
    }

    /// <summary>With a cookie and a token that nobody sealed, and to a page that makes new ones.</summary>
    private static async Task<Seen> SendAsync(Visitor stranger)
    {
        await stranger.GetAsync("/sign-in", ("Cookie", "mkt-form=AAAA"));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/sign-in")
        {
            Content = new FormUrlEncodedContent([KeyValuePair.Create("__RequestVerificationToken", "AAAA")]),
        };
        request.Headers.Add("Cookie", "mkt-form=AAAA");
        return await stranger.SendAsync(request);
    }

    /// <summary>Warnings and worse, of whoever writes them.</summary>
    private sealed class Lines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Written { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                Written.Enqueue(formatter(state, exception));
        }

        public void Dispose()
        {
        }
    }
}
