namespace Marketplace.Core.Access.Requests.Refused;

/// <summary>A call that was refused, as far as the refusal or the caller's log tells.</summary>
/// <param name="Client">Client id.</param>
/// <param name="Audience">The token's: it names line and environment.</param>
/// <param name="Api">With <paramref name="Version"/>, where there is no audience.</param>
/// <param name="Version">The line.</param>
/// <param name="Environment">Where there is no audience.</param>
/// <param name="Operation">The endpoint's key.</param>
/// <param name="Method">With <paramref name="Path"/>, where there is no key.</param>
/// <param name="Path">As it was called: with the base path, without the query.</param>
public sealed record RefusedCall(
    string? Client, string? Audience, string? Api, string? Version, string? Environment, string? Operation, string? Method, string? Path);

/// <summary>What to ask for so that the call goes through.</summary>
/// <param name="Operation">Null where the line has no such endpoint.</param>
/// <param name="Find">What was called, to look for what was meant.</param>
public sealed record AnswerToRefusal(string Api, string Version, string Environment, string? Client, string? Operation, string? Find);
