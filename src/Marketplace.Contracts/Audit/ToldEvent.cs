using System.Text.Json;

namespace Marketplace.Contracts.Audit;

/// <summary>What an event's content says that its verification must know.</summary>
internal readonly record struct ToldEvent(long? Sequence, Erasure? Erasure)
{
    public static ToldEvent Read(ReadOnlySpan<byte> content)
    {
        long? sequence = null;
        var erases = false;
        try
        {
            var json = new Utf8JsonReader(content);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
                return default;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var (isSequence, isAction) = (json.ValueTextEquals("sequence"u8), json.ValueTextEquals("action"u8));
                var isDetails = json.ValueTextEquals("details"u8);
                json.Read();
                if (isSequence)
                    sequence = json.GetInt64();
                else if (isAction)
                    erases = json.ValueTextEquals(AuditChain.ErasedAction);
                else if (isDetails && erases)
                    return new(sequence, JsonSerializer.Deserialize<Erasure>(ref json));
                else
                    json.Skip();
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return default;
        }

        return new(sequence, null);
    }
}
