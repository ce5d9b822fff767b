using System.Diagnostics;
using System.Security.Cryptography;

namespace Marketplace.Bench;

/// <summary>What the processor can do and neither a token endpoint nor a service can beat: the signature alone, in operations per CPU-second.</summary>
internal static class Limit
{
    public static void Sign(TimeSpan duration) => Console.WriteLine(Measure(duration, (key, data, signature) =>
        key.SignData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation)));

    /// <summary>Of a hash that is there already, so that how long a token is does not matter.</summary>
    public static long Verify(TimeSpan duration)
    {
        var hash = RandomNumberGenerator.GetBytes(32);
        var signed = Array.Empty<byte>();
        return Measure(duration, (key, _, _) =>
        {
            if (signed.Length == 0)
                signed = key.SignHash(hash);
            if (!key.VerifyHash(hash, signed))
                throw new CryptographicException("The signature does not verify.");
        });
    }

    public static void VerifyAndSign(TimeSpan duration) => Console.WriteLine(Measure(duration, (key, data, signature) =>
    {
        if (!key.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation))
            throw new CryptographicException("The signature does not verify.");
        key.SignData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }));

    private static long Measure(TimeSpan duration, Action<ECDsa, byte[], byte[]> work)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        // As long as the signed part of the token that is measured.
        var data = RandomNumberGenerator.GetBytes(500);
        var signature = new byte[64];
        key.SignData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        for (var i = 0; i < 5_000; i++)
            work(key, data, signature);

        using var process = Process.GetCurrentProcess();
        process.Refresh();
        var before = process.TotalProcessorTime;
        var watch = Stopwatch.StartNew();
        var count = 0L;
        while (watch.Elapsed < duration)
        {
            for (var i = 0; i < 500; i++)
                work(key, data, signature);
            count += 500;
        }
        process.Refresh();
        return (long)(count / (process.TotalProcessorTime - before).TotalSeconds);
    }
}
