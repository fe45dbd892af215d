using System.Text.Json;
using Coffer.EndToEnd.Fidelity;

namespace Coffer.EndToEnd.Choosing;

/// <summary>A policy as a file: mistakes are told where they stand, and nothing is applied by half.</summary>
public sealed class PolicyFileTests : IDisposable
{
    private readonly Machine _machine = new();

    public void Dispose() => _machine.Dispose();

    /// <summary>Line 30 follows from line 15, of which two times could not be read, and is not told.</summary>
    private string WrongFile => $$"""
        paths:
          - "{{_machine.Data}}"
          - "{{_machine.Data}}/not there"
          - relative/path
          - "{{_machine.Data}}/../{{Path.GetFileName(_machine.Data)}}/a"
          - /proc
          - "{{_machine.Data}}/a"
        exclude:
          - ">100"
          - "#"
          - "a//b"
        skip-cache-folders: perhaps
        snapshots: always
        schedule:
          times: ["21:00", "25:00", "noon"]
          days: [Caturday]
          every-weeks: 9
          time-zone: Europe/Atlantis
          random-delay-minutes: 1000
          jitter: 3
        retention:
          daily:
            days: many
          weekly: {weeks: 0, on: [Sunday]}
          monthly: {months: 12, on: [32]}
          yearly:
            years: 300
            in: [Brumaire]
            on: fifth Sunday
            times: ["04:00"]
        retain: {}
        """;

    [Fact]
    public void Apply_AFileFullOfMistakes_TellsEachWithItsLineAndChangesNothing()
    {
        _machine.Write("a/file", "a");
        _machine.Protect("--no-backup").ExitCode.ShouldBe(0);
        string before = _machine.Coffer("policy", "export").Output;
        string file = _machine.At("wrong.yaml");
        File.WriteAllText(file, WrongFile);

        var run = _machine.Json("policy", "apply", file);
        run.ExitCode.ShouldBe(2);
        run.Code.ShouldBe("policy.wrong");
        var told = run.Events.Where(each => each.GetProperty("event").GetString() == "mistake").ToList();
        told.Select(each => each.GetProperty("line").GetInt32()).ShouldBe(
            [3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 15, 15, 16, 17, 18, 19, 20, 23, 24, 25, 27, 28, 29, 31]);
        told.ShouldAllBe(each => IsWhole(each));
        _machine.Coffer("policy", "export").Output.ShouldBe(before);

        var text = _machine.Coffer("policy", "apply", file);
        text.Errors.ShouldContain($"{file}:4: relative/path is no absolute path. Begin it with a slash: /home/ann.");
        text.Errors.ShouldContain($"{file} has {told.Count} mistakes.");
        text.Errors.ShouldNotContain("note:");
    }

    [Fact]
    public void Apply_BytesThatAreNoText_TellsTheLine()
    {
        _machine.Write("a", "a");
        _machine.Protect("--no-backup").ExitCode.ShouldBe(0);
        string file = _machine.At("bytes.yaml");
        File.WriteAllBytes(file, [.. "paths:\n  - /home\n  - /b"u8, 0xff, .. "\n"u8]);
        var run = _machine.Json("policy", "apply", file);
        run.ExitCode.ShouldBe(2);
        run.Events.Single(each => each.GetProperty("event").GetString() == "mistake")
            .GetProperty("line").GetInt32().ShouldBe(3);
    }

    [Fact]
    public void Apply_AFileThatLeavesPathsOut_TellsWhatIsNoLongerBackedUp()
    {
        _machine.Write("a/file", "a");
        _machine.Protect("--no-backup").ExitCode.ShouldBe(0);
        string file = _machine.At("less.yaml");
        File.WriteAllText(file, $"\ufeffpaths: [\"{_machine.Data}/a\"]\n");
        Notes(_machine.Json("policy", "apply", file)).ShouldBe(["policy.path-left"]);
        File.WriteAllText(file, "paths: []\nretention: {}\n");
        Notes(_machine.Json("policy", "apply", file))
            .ShouldBe(["policy.path-left", "policy.empty", "policy.for-ever"]);
    }

    [Fact]
    public void Export_OverAFile_ReplacesItOnlyWhenTold()
    {
        _machine.Write("a", "a");
        _machine.Protect("--no-backup", "--exclude", ">1GB *.iso").ExitCode.ShouldBe(0);
        string file = _machine.At("policy.yaml");
        File.WriteAllText(file, "mine");
        _machine.Json("policy", "export", file).Code.ShouldBe("policy.exists");
        File.ReadAllText(file).ShouldBe("mine");
        _machine.Json("policy", "export", file, "--replace").ExitCode.ShouldBe(0);
        File.ReadAllText(file).ShouldContain("\">1GB *.iso\"");
        _machine.Json("policy", "apply", file).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Schema_InTheHandsOfAnEditor_TakesWhatIsRightAndRefusesWhatIsWrong()
    {
        var modules = await CommandLine.RunAsync("python3", "-c", "import jsonschema, yaml");
        Assert.SkipUnless(modules.ExitCode == 0, "python3-jsonschema or python3-yaml is not installed");
        _machine.Write("a", "a");
        _machine.Protect("--no-backup", "--exclude", "*.tmp", "--exclude", ">1GB *.iso").ExitCode.ShouldBe(0);
        File.WriteAllText(_machine.At("policy.schema.json"), _machine.Coffer("policy", "schema").Output);
        _machine.Json("policy", "export", _machine.At("usual.yaml")).ExitCode.ShouldBe(0);
        _machine.Json(
            "policy", "set", "--at", "06:00,18:00", "--days", "Monday,Friday", "--daily", "off", "--weekly", "9",
            "--yearly", "7").ExitCode.ShouldBe(0);
        _machine.Json("policy", "export", _machine.At("other.yaml")).ExitCode.ShouldBe(0);
        File.WriteAllText(_machine.At("wrong.yaml"), WrongFile);
        string[] mistakes =
        [
            "path: [/a]", "paths: [a]", "paths: [/a]\nsnapshots: always", "paths: [/a]\nskip-cache-folders: maybe",
            "paths: [/a]\nschedule: {times: [\"25:00\"]}", "paths: [/a]\nschedule: {days: [Caturday]}",
            "paths: [/a]\nschedule: {every-weeks: 5}", "paths: [/a]\nretention: {daily: {days: 0}}",
            "paths: [/a]\nretention: {yearly: {years: 3, in: [January]}}",
            "paths: [/a]\nretention: {monthly: {months: 3, on: [32]}}",
        ];
        for (int i = 0; i < mistakes.Length; i++) File.WriteAllText(_machine.At($"{i}.yaml"), mistakes[i]);

        var run = await CommandLine.RunAsync("python3",
            [
                Path.Combine(Machine.Root(), "tests/EndToEnd/Choosing/validate_policy.py"),
                _machine.At("policy.schema.json"), _machine.At("usual.yaml"), _machine.At("other.yaml"),
                .. mistakes.Select((_, i) => _machine.At($"{i}.yaml")), _machine.At("wrong.yaml"),
            ]);

        run.ExitCode.ShouldBe(0, run.ToString());
        int[] refused = [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];
        refused[..2].ShouldBe([0, 0]);
        refused[2..^1].ShouldAllBe(count => count >= 1);
        refused.Length.ShouldBe(mistakes.Length + 3);
        refused[^1].ShouldBeGreaterThan(10);
    }

    private static IEnumerable<string> Notes(Run run)
    {
        run.ExitCode.ShouldBe(0, run.ToString());
        return run.Events.Where(each => each.GetProperty("event").GetString() == "note")
            .Select(each => each.GetProperty("code").GetString()!);
    }

    private static bool IsWhole(JsonElement mistake) =>
        mistake.GetProperty("message").GetString()!.Split(". ", StringSplitOptions.RemoveEmptyEntries).Length >= 2;
}
