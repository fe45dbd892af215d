using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Coffer.EndToEnd;

/// <summary>A command with <c>--json</c> that is met while it runs.</summary>
internal sealed class RunningCoffer
{
    private readonly Machine _machine;
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    public RunningCoffer(Machine machine, params string[] arguments)
    {
        _machine = machine;
        _process = Process.Start(machine.StartOf([.. arguments, "--json"]))!;
        _process.StandardInput.Close();
    }

    /// <summary>Reads until a line holds this text.</summary>
    public void WaitFor(string text)
    {
        while (_process.StandardOutput.ReadLine() is { } line)
        {
            _output.Append(line).Append('\n');
            if (line.Contains(text, StringComparison.Ordinal)) return;
        }

        Assert.Fail($"It never came to '{text}':\n{_output}\n{_process.StandardError.ReadToEnd()}");
    }

    /// <param name="name">INT, TERM, HUP.</param>
    public void Signal(string name) =>
        _machine.Start("kill", "-" + name, _process.Id.ToString(CultureInfo.InvariantCulture)).ExitCode.ShouldBe(0);

    public Run End()
    {
        _output.Append(_process.StandardOutput.ReadToEnd());
        string errors = _process.StandardError.ReadToEnd();
        _process.WaitForExit();
        var run = new Run(_process.ExitCode, _output.ToString(), errors);
        _process.Dispose();
        return run;
    }
}
