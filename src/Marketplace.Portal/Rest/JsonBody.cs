using System.Reflection;
using System.Text.Json;
using Marketplace.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace Marketplace.Portal.Rest;

/// <summary>A JSON body read strictly; what is wrong with it is said as a problem that names the member.</summary>
internal sealed class JsonBody<T>(T value) : IEndpointParameterMetadataProvider where T : class
{
    public T Value { get; } = value;

    public static async ValueTask<JsonBody<T>?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        if (!context.Request.HasJsonContentType())
            throw new RestException(ProblemStatus.For(StatusCodes.Status415UnsupportedMediaType));
        try
        {
            var value = await JsonSerializer.DeserializeAsync<T>(context.Request.Body, RestJson.Options, context.RequestAborted);
            if (value is null)
                throw new RestException(new Problem(ProblemStatus.BodyMalformed, "The body is null; send a JSON object."));
            return NullElements.Find(value) is { } nothing
                ? throw new RestException(new Problem(ProblemStatus.BodyMalformed, $"{nothing} is null; leave it out, or say what it is.", nothing))
                : new(value);
        }
        catch (JsonException fault)
        {
            throw new RestException(new Problem(ProblemStatus.BodyMalformed, Explain(fault), FieldOf(fault)));
        }
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new JsonBodyMetadata(typeof(T)));

    /// <summary>The serializer's sentence without its .NET type names.</summary>
    private static string Explain(JsonException fault)
    {
        if (fault.Message.Contains("could not be mapped", StringComparison.Ordinal))
            return $"The body has a member that is not known here: {fault.Message.Split('\'')[1]}.";
        if (fault.Message.Contains("missing required properties", StringComparison.Ordinal))
            return $"The body lacks {fault.Message.Split(':')[^1].Trim().TrimEnd('.')}.";
        if (fault.Message.Contains("Duplicate property", StringComparison.Ordinal))
            return "The body has the same member twice.";
        if (fault.InnerException is not null || fault.LineNumber is null)
            return $"The body is not JSON (line {fault.LineNumber + 1}, byte {fault.BytePositionInLine}).";
        return $"A value of the body has the wrong type (line {fault.LineNumber + 1}).";
    }

    private static string? FieldOf(JsonException fault) =>
        fault.Path is { Length: > 2 } path && path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : null;
}

/// <summary>For the OpenAPI document. Not the framework's own: routing would answer a wrong Content-Type itself, before anybody is asked who they are.</summary>
internal sealed record JsonBodyMetadata(Type Type);
