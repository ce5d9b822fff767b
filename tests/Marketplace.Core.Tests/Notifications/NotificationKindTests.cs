using System.Reflection;
using Marketplace.Core.Notifications;
using Marketplace.Core.Notifications.Preferences;

namespace Marketplace.Core.Tests.Notifications;

public sealed class NotificationKindTests
{
    [Fact]
    public void Every_kind_has_a_category_and_a_name_for_webhooks()
    {
        var kinds = typeof(NotificationKind).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (string)f.GetRawConstantValue()!).ToList();
        Assert.NotEmpty(kinds);
        var missing = kinds.Except(NotificationKinds.All.Keys, StringComparer.Ordinal).ToList();
        Assert.True(missing.Count == 0, $"Say in NotificationKinds what these are to people: {string.Join(", ", missing)}");
        Assert.Empty(NotificationKinds.All.Keys.Except(kinds, StringComparer.Ordinal));
        Assert.All(NotificationKinds.All.Values, facts => Assert.Matches("^[a-z_]+[.][a-z_]+$", facts.EventType));
        Assert.Equal(kinds.Count, NotificationKinds.All.Values.Select(facts => facts.EventType).Distinct(StringComparer.Ordinal).Count());
    }
}
