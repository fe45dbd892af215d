using Coffer.Contracts.Management;
using Coffer.Domain;
using Coffer.Vault.Management;
using Coffer.Vault.Opening;
using Coffer.Vault.Security;
using Coffer.Vault.Servers;

namespace Coffer.Vault.Editing;

/// <summary>Edits of policies, templates, and backups that are asked for.</summary>
public sealed class ManagedPolicies
{
    private readonly OpenVault _vault;
    private readonly Caller _caller;
    private readonly PolicyEditDesk _edits;
    private readonly AskedRunDesk _runs;
    private readonly ServerDesk _servers;

    internal ManagedPolicies(OpenVault vault, Caller caller)
    {
        (_vault, _caller) = (vault, caller);
        (_edits, _runs, _servers) = (new PolicyEditDesk(vault), new AskedRunDesk(vault), new ServerDesk(vault));
    }

    /// <summary>What an edit would change; nothing does.</summary>
    public PolicyEditPreview Preview(MachineId server, PolicyEditRequest request)
    {
        _caller.Require(UseCases.PreviewPolicyEdit, server, _vault.Now);
        return new EditPreview(_vault).Of(_servers.Require(server), request);
    }

    /// <param name="pin">For what weakens; null where none was given.</param>
    public PolicyEditItem Edit(MachineId server, PolicyEditRequest request, string? pin)
    {
        _caller.Require(UseCases.EditPolicy, server, _vault.Now);
        _servers.Require(server);
        return Describe(_edits.Make(_caller, server, request, pin));
    }

    public void CancelEdit(MachineId server)
    {
        _caller.Require(UseCases.CancelPolicyEdit, server, _vault.Now);
        _edits.Cancel(_caller, server);
    }

    /// <summary>The newest of each server.</summary>
    public Page<PolicyEditItem> ListEdits(string? after, int? limit)
    {
        _caller.Require(UseCases.ListPolicyEdits, null, _vault.Now);
        var page = Pages.Cut(_edits.All(), edit => $"{edit.Machine}", after, limit);
        return new Page<PolicyEditItem>([.. page.Items.Select(Describe)], page.Next);
    }

    public Page<PolicyTemplate> ListTemplates()
    {
        _caller.Require(UseCases.ListTemplates, null, _vault.Now);
        return new Page<PolicyTemplate>([.. new TemplateShelf(_vault).All()], null);
    }

    public PolicyTemplate SetTemplate(string name, PolicyTemplateRequest request)
    {
        _caller.Require(UseCases.SetTemplate, null, _vault.Now);
        return new TemplateShelf(_vault).Set(_caller, name, request.Json);
    }

    public void DeleteTemplate(string name)
    {
        _caller.Require(UseCases.DeleteTemplate, null, _vault.Now);
        new TemplateShelf(_vault).Delete(_caller, name);
    }

    public BackupAskItem AskBackup(MachineId server, BackupAsk request)
    {
        _caller.Require(UseCases.AskBackup, server, _vault.Now);
        _servers.Require(server);
        return Describe(_runs.Ask(_caller, server, request));
    }

    /// <summary>The newest of each server.</summary>
    public Page<BackupAskItem> ListAskedBackups(string? after, int? limit)
    {
        _caller.Require(UseCases.ListAskedBackups, null, _vault.Now);
        var page = Pages.Cut(_runs.All(), run => $"{run.Machine}", after, limit);
        return new Page<BackupAskItem>([.. page.Items.Select(Describe)], page.Next);
    }

    private PolicyEditItem Describe(PolicyEdit edit) => new(
        edit.Id, edit.Machine, NameOf(edit.Machine), edit.BasedOn, edit.Parts, edit.By, edit.MadeAt,
        _edits.StateOf(edit), edit.AnsweredAt, edit.Code, edit.Message);

    private BackupAskItem Describe(AskedRun run) => new(
        run.Id, run.Machine, NameOf(run.Machine), run.Sources, run.RetainUntil, run.By, run.AskedAt,
        _runs.StateOf(run), run.TakenAt);

    private string NameOf(MachineId machine) => _vault.Catalog.Machines.Find(machine)?.Name ?? "";
}
