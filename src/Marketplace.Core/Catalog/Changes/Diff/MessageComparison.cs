using Marketplace.Core.Catalog.Changes.Kinds;

namespace Marketplace.Core.Catalog.Changes.Diff;

/// <summary>Request bodies, responses and their headers.</summary>
internal sealed class MessageComparison(OperationComparison operation, OperationModel before, OperationModel after)
{
    public void Run()
    {
        Body();
        foreach (var (status, earlier) in before.Responses)
        {
            if (after.Responses.TryGetValue(status, out var later))
                Response(earlier, later);
            else
                operation.Add(
                    IsSuccess(status) ? MessageKinds.SuccessRemoved : MessageKinds.ErrorRemoved, earlier.Pointer, "", status, inEarlier: true);
        }
        foreach (var (status, come) in after.Responses)
        {
            if (!before.Responses.ContainsKey(status))
                operation.Add(IsSuccess(status) ? MessageKinds.SuccessAdded : MessageKinds.ErrorAdded, come.Pointer, "", null, status);
        }
    }

    private static bool IsSuccess(string status) => status.StartsWith('2');

    private void Body()
    {
        switch (before.Body, after.Body)
        {
            case (null, { } come):
                operation.Add(come.Required ? MessageKinds.BodyRequiredAdded : MessageKinds.BodyOptionalAdded, come.Pointer, "");
                break;
            case ({ } gone, null):
                operation.Add(MessageKinds.BodyRemoved, gone.Pointer, "", inEarlier: true);
                break;
            case ({ } earlier, { } later):
                if (earlier.Required != later.Required)
                    operation.Add(later.Required ? MessageKinds.BodyBecameRequired : MessageKinds.BodyBecameOptional, later.Pointer, "");
                Content(
                    earlier.Content, later.Content, earlier.Pointer, later.Pointer, SchemaPlace.RequestBody, "The request body",
                    MessageKinds.BodyMediaRemoved, MessageKinds.BodyMediaAdded, MessageKinds.BodySchemaRemoved, MessageKinds.BodySchemaAdded);
                break;
        }
    }

    private void Response(ResponseModel earlier, ResponseModel later)
    {
        Content(
            earlier.Content, later.Content, earlier.Pointer, later.Pointer, SchemaPlace.ResponseBody, "The response body",
            MessageKinds.ResponseMediaRemoved, MessageKinds.ResponseMediaAdded, MessageKinds.ResponseSchemaRemoved, MessageKinds.ResponseSchemaAdded);
        foreach (var (name, was) in earlier.Headers)
        {
            var subject = $"The response header `{was.Name}`";
            if (!later.Headers.TryGetValue(name, out var now))
            {
                operation.Add(was.Required ? MessageKinds.HeaderRequiredRemoved : MessageKinds.HeaderOptionalRemoved, was.Pointer, subject, inEarlier: true);
                continue;
            }
            if (was.Required != now.Required)
                operation.Add(now.Required ? MessageKinds.HeaderBecameRequired : MessageKinds.HeaderBecameOptional, now.Pointer, subject);
            if (was.Schema is { } left && now.Schema is { } right)
                operation.Schema(left, right, SchemaPlace.ResponseHeader, subject);
        }
        foreach (var come in later.Headers.Where(h => !earlier.Headers.ContainsKey(h.Key)).Select(h => h.Value))
            operation.Add(MessageKinds.HeaderAdded, come.Pointer, $"The response header `{come.Name}`");
    }

    private void Content(
        Dictionary<string, SchemaRef?> earlier, Dictionary<string, SchemaRef?> later, string earlierPointer, string laterPointer, SchemaPlace place, string subject,
        ChangeKind removed, ChangeKind added, ChangeKind schemaRemoved, ChangeKind schemaAdded)
    {
        foreach (var (type, was) in earlier)
        {
            if (!later.TryGetValue(type, out var now))
                operation.Add(removed, earlierPointer, subject, type, inEarlier: true);
            else if (was is { } left && now is { } right)
                operation.Schema(left, right, place, subject);
            else if (was is not null)
                operation.Add(schemaRemoved, laterPointer, subject, type);
            else if (now is not null)
                operation.Add(schemaAdded, laterPointer, subject, null, type);
        }
        foreach (var type in later.Keys.Where(t => !earlier.ContainsKey(t)))
            operation.Add(added, laterPointer, subject, null, type);
    }
}
