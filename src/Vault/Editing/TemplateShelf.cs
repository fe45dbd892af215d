using System.Text;
using Coffer.Contracts.Management;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.Domain.Policies.Editing;
using Coffer.Domain.Retention;
using Coffer.Domain.Security.Audit;
using Coffer.Vault.Documents;
using Coffer.Vault.Opening;
using Coffer.Vault.Security;

namespace Coffer.Vault.Editing;

/// <summary>
/// Schedules and retention rules under names. A template by itself changes nothing: it is given to a machine as an edit
/// of its policy, with all that guards one.
/// </summary>
internal sealed class TemplateShelf(OpenVault vault)
{
    /// <summary>All are told in one answer.</summary>
    public const int MaxTemplates = 100;

    private const int NameLength = 64;

    public IEnumerable<PolicyTemplate> All() => vault.Documents.All(DocumentKinds.Template)
        .Select(template => new PolicyTemplate(template.Name, Encoding.UTF8.GetString(template.Members)));

    public PolicyTemplate Set(Caller caller, string name, string members)
    {
        bool isName = name.Length is > 0 and <= NameLength
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_') && name.Trim('.').Length > 0;
        if (!isName) throw EditFaults.TemplateName();
        byte[] given = Encoding.UTF8.GetBytes(members);
        Require(given);
        lock (vault.DocumentTurn)
        {
            bool isNew = vault.Documents.Find(DocumentKinds.Template, name) is null;
            if (isNew && All().Count() >= MaxTemplates) throw EditFaults.TooManyTemplates();
            vault.RequireSpace();
            vault.Audit.Append(caller.Name, UseCases.SetTemplate.Name, $"template {name}", AuditOutcome.Done,
                ("policy", Subjects.OfPolicy(given)));
            vault.Documents.Put(DocumentKinds.Template, name, new Template(name, given));
        }
        return new PolicyTemplate(name, members);
    }

    public void Delete(Caller caller, string name)
    {
        lock (vault.DocumentTurn)
        {
            if (vault.Documents.Find(DocumentKinds.Template, name) is null) throw EditFaults.NoTemplate(name);
            vault.Audit.Append(caller.Name, UseCases.DeleteTemplate.Name, $"template {name}", AuditOutcome.Done);
            vault.Documents.Put(DocumentKinds.Template, name, null);
        }
    }

    // What does not fit a machine's other half is told where it is given to that machine.
    private static void Require(byte[] members)
    {
        var nothing = ProtectionPolicy.Empty("UTC") with { Retention = new RetentionRules(null, null, null, null) };
        var (policy, parts) = ComposedEdit.Applied(nothing, members);
        bool isTemplate = parts.Count > 0
            && parts.All(part => PolicyEditRule.Allows(PortalEdits.ScheduleAndRetention, part));
        if (!isTemplate) throw EditFaults.TemplateParts();
        if (PolicyEditRule.Refusal(policy) is { } wrong) throw new FaultException(wrong);
    }
}
