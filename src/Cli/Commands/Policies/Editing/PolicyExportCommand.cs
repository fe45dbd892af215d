using System.CommandLine;
using System.Text;
using Coffer.Agent.Policies.Files;
using Coffer.Cli.Compose;
using Coffer.Cli.Shell;
using Coffer.Domain;
using Coffer.FileSystem.Secrets;

namespace Coffer.Cli.Commands.Policies.Editing;

/// <summary><c>coffer policy export [FILE]</c>: the policy as a YAML file to edit.</summary>
internal sealed class PolicyExportCommand : CofferCommand
{
    private readonly Argument<string?> _file = new("FILE")
    {
        Description = "Where to; else it is printed",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<bool> _replace = new("--replace")
    {
        Description = "FILE may be there already, and is replaced",
    };

    public PolicyExportCommand()
        : base("export", "Write the policy as a file that can be edited and applied",
            "coffer policy export", "coffer policy export policy.yaml --replace")
    {
        Add(_file);
        Add(_replace);
    }

    public override Task<Outcome> RunAsync(Invocation invocation)
    {
        var policy = invocation.Home.ReadPolicy()
            ?? throw FaultException.Usage(
                "policy.none", "Nothing is protected yet.", "`coffer protect FOLDER` begins.");
        string text = PolicyFileWriter.Write(policy);
        string? file = invocation.Value(_file);
        if (file is not null)
        {
            Write(file, text, invocation.Value(_replace));
            invocation.Printer.Line($"{file} holds the policy; `coffer policy apply {file}` puts it in force.");
        }
        else foreach (string line in text.TrimEnd('\n').Split('\n')) invocation.Printer.Line(line);
        return Task.FromResult(new Outcome(ExitCode.Completed, json =>
        {
            if (file is null) json.WriteString("text"u8, text);
            else json.WriteString("file"u8, file);
        }));
    }

    private static void Write(string file, string text, bool mayReplace)
    {
        try
        {
            SecretFile.Write(file, Encoding.UTF8.GetBytes(text), mayReplace);
        }
        catch (FaultException e) when (e.Fault.Code == "secret.exists")
        {
            throw FaultException.Usage(
                "policy.exists", $"{file} exists already.", "--replace replaces it; or name another file.");
        }
    }
}
