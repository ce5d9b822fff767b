namespace Marketplace.Core.Catalog.Documents;

/// <summary>Stable: pipelines branch on them.</summary>
public static class DocumentProblemCode
{
    public const string Empty = "document_empty";
    public const string TooLarge = "document_too_large";
    public const string TooDeep = "document_too_deep";
    public const string TooManyValues = "document_too_many_values";
    public const string NotUtf8 = "document_not_utf8";
    public const string BadText = "document_bad_text";
    public const string NotJsonOrYaml = "document_not_json_or_yaml";
    public const string JsonSyntax = "json_syntax";
    public const string YamlSyntax = "yaml_syntax";
    public const string YamlUnsupported = "yaml_unsupported";
    public const string YamlExpansion = "yaml_alias_expansion";
    public const string DuplicateKey = "duplicate_key";
    public const string NotOpenApi = "not_openapi";
    public const string VersionUnsupported = "openapi_version_unsupported";
    public const string Malformed = "openapi_malformed";
    public const string InfoMissing = "info_missing";
    public const string ExternalReference = "external_reference";
    public const string BrokenReference = "reference_broken";
    public const string CircularReference = "reference_circular";
    public const string NoPaths = "no_paths";
    public const string TooManyOperations = "too_many_operations";
    public const string PathInvalid = "path_invalid";
    public const string MethodInvalid = "method_invalid";
    public const string OperationIdInvalid = "operation_id_invalid";
    public const string DuplicateOperationId = "duplicate_operation_id";
    public const string Unreadable = "document_unreadable";
    public const string MoreProblems = "more_problems";

    // Warnings: the document is accepted, and this part of it is not what its author may expect.
    public const string NotEnforceable = "operation_not_enforceable";
    public const string IdenticalPaths = "identical_paths";
    public const string BasePathIgnored = "base_path_ignored";
    public const string ReaderComplaint = "reader_complaint";
}
