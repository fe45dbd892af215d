using Coffer.Domain;

namespace Coffer.Vault.Editing;

/// <summary>What the vault refuses of edits, templates and requests, worded once.</summary>
internal static class EditFaults
{
    public static FaultException NoPolicy() => FaultException.Refused(
        "edit.no-policy", "This server has no policy yet that could be edited.",
        "What is protected begins on the server: `coffer protect FOLDER`.");

    public static FaultException Unreadable(string why) => FaultException.Usage(
        "edit.unreadable", $"This edit cannot be read: {why}.",
        "Give schedule, retention, items, exclusions, skipsCacheFolders or snapshots as `coffer policy --json` does.");

    public static FaultException Nothing() => FaultException.Usage(
        "edit.nothing", "This edit changes nothing.", "The server's policy says so already.");

    public static FaultException Outdated(long version) => FaultException.Refused(
        "edit.outdated", $"The policy has changed meanwhile: version {version} is in force.",
        "Look at it again, and decide anew.");

    public static FaultException Unknown() => FaultException.Usage(
        "edit.unknown", "There is no such edit, or it was answered, taken back or replaced.",
        "`coffer-vault policy edits` tells which there are.");

    public static FaultException NoRequest() => FaultException.Usage(
        "request.unknown", "There is no such request, or its time is over.", "");

    public static FaultException TemplateName() => FaultException.Usage(
        "template.name", "This is no name of a template.",
        "Use 1 to 64 letters, digits, dots, dashes and underscores.");

    public static FaultException NoTemplate(string name) => FaultException.Usage(
        "template.unknown", $"There is no template '{name}'.", "`coffer-vault policy template` lists them.");

    public static FaultException TemplateParts() => FaultException.Usage(
        "template.parts", "A template holds a schedule, retention rules, or both, and nothing else.",
        "What is backed up is each server's own.");

    public static FaultException TooManyTemplates() => FaultException.Refused(
        "template.many", $"There are {TemplateShelf.MaxTemplates} templates already.",
        "Delete one that nobody uses.");
}
