using System.Text;
using System.Xml.Linq;
using Marketplace.Core.Data;
using Marketplace.Core.Keys;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Portal.SignIn;

/// <summary>
/// The keys of cookies and forms, in the database so that any replica can answer, sealed under the master key so that
/// a copy of the database signs nobody in.
/// </summary>
internal sealed class SealedKeyRepository(IDbContextFactory<MarketplaceDb> contexts, MasterKey masterKey, TimeProvider time)
    : IXmlRepository, IDisposable
{
    private readonly SealedBox _box = new(masterKey, "data-protection");

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var db = contexts.CreateDbContext();
        return [.. db.DataProtectionKeys.AsNoTracking().AsEnumerable()
            .Select(key => XElement.Parse(Encoding.UTF8.GetString(_box.Open(key.Sealed, NameOf(key.Id)))))];
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        var id = Guid.CreateVersion7();
        using var db = contexts.CreateDbContext();
        db.DataProtectionKeys.Add(new()
        {
            Id = id,
            FriendlyName = friendlyName,
            Sealed = _box.Seal(Encoding.UTF8.GetBytes(element.ToString(SaveOptions.DisableFormatting)), NameOf(id)),
            CreatedAt = time.GetUtcNow(),
        });
        db.SaveChanges();
    }

    public void Dispose() => _box.Dispose();

    private static string NameOf(Guid id) => $"data_protection_key/{id}";
}
