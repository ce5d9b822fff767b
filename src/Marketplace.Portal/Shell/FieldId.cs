namespace Marketplace.Portal.Shell;

/// <summary>The id of a field's control, so that the summary of problems can lead to it.</summary>
public static class FieldId
{
    public static string Of(string name) => $"field-{name.Replace('.', '-').Replace('_', '-')}";
}
