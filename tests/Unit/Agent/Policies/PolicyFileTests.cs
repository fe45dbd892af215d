using Coffer.Agent.Policies.Files;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.Domain.Policies.Exclusions;
using Coffer.Domain.Retention;
using Coffer.Domain.Schedules;
using Coffer.Format.Policies;

namespace Coffer.Unit.Agent.Policies;

public sealed class PolicyFileTests
{
    private const string Right = """
        paths: [/home]
        exclude: ["*.tmp"]
        skip-cache-folders: true
        snapshots: required
        schedule:
          times: ["06:00", "18:00"]
          time-zone: Europe/Berlin
          random-delay-minutes: 30
        retention:
          daily: {days: 14}
          weekly: {weeks: 8, on: [Sunday]}
          monthly: {months: 12, on: [1, last]}
          yearly: {years: 3, in: [January], on: first Sunday, times: ["18:00"]}
        """;

    [Fact]
    public void Read_WhatWasWritten_IsThePolicy()
    {
        var policy = ProtectionPolicy.Empty("Europe/Berlin") with
        {
            Version = 7,
            Items = [new(PathText.Parse("/home/ann")), new(PathText.Parse(@"/with ""quotes"": and \xff 😀 > \\"))],
            Exclusions = [ExclusionPattern.Parse("*.tmp"u8), ExclusionPattern.Parse("!/home/ann/keep #1"u8)],
            SkipsCacheFolders = false,
            Snapshots = SnapshotUse.Off,
            Schedule = new BackupSchedule(
                [new(6, 0), new(21, 30)], [DayOfWeek.Monday, DayOfWeek.Friday], 2, "Asia/Kathmandu", 0),
            Retention = new RetentionRules(
                null, new WeeklyRetention([DayOfWeek.Friday], 9) { Times = [new(6, 0)] },
                new MonthlyRetention(new DaysOfMonth([1, 15, DaysOfMonth.Last]), 13),
                new YearlyRetention([3, 12], new WeekdayOfMonth(5, DayOfWeek.Saturday), 10)),
        };

        string text = PolicyFileWriter.Write(policy);
        var read = PolicyFileReader.Read(text, 7, "UTC");

        text.ShouldContain("😀 >");
        read.Problems.ShouldBeEmpty();
        PolicyCodec.Encode(read.Policy!).ShouldBe(PolicyCodec.Encode(policy));
    }

    [Fact]
    public void Read_NothingButPaths_IsTheUsual()
    {
        var policy = PolicyFileReader.Read("paths: /home", 1, "Asia/Tokyo").Policy.ShouldNotBeNull();

        PolicyCodec.Encode(policy).ShouldBe(PolicyCodec.Encode(ProtectionPolicy.Empty("Asia/Tokyo") with
        {
            Version = 1,
            Items = [new("/home"u8.ToArray())],
        }));
    }

    [Fact]
    public void Read_EmptyRetention_IsForEver() =>
        PolicyFileReader.Read("paths: [/home]\nretention: {}", 1, "UTC").Policy!.Retention.KeepForEver.ShouldBeTrue();

    /// <summary>What is put in the place of what, the line that is told, and words of what is told.</summary>
    [Theory]
    [InlineData("paths: [/home]", "paths: [home]", 1, "home is no absolute path|Begin it with a slash")]
    [InlineData("paths: [/home]", "paths: [/home/../etc]", 1, "not written plainly|Write /etc")]
    [InlineData("paths: [/home]", "paths: [/home, /home/ann]", 1, "/home/ann is part of /home|Leave one")]
    [InlineData("paths: [/home]", "path: [/home]", 1, "no 'path' here|There are paths, exclude")]
    [InlineData("paths: [/home]", "paths: {a: b}", 1, "no list|Write [one, two]")]
    [InlineData("[\"*.tmp\"]", "[\"#\"]", 2, "begins a comment|")]
    [InlineData("folders: true", "folders: maybe", 3, "neither true nor false|true or false")]
    [InlineData("snapshots: required", "snapshots: always", 4, "none of them|when-possible, required, off")]
    [InlineData("\"18:00\"]\n", "\"25:00\"]\n", 6, "'25:00' cannot be read|in quotes")]
    [InlineData("times: [\"06:00\", \"18:00\"]", "times: []", 6, "one to 24|Write 21:00")]
    [InlineData("Europe/Berlin", "Europe/Atlantis", 7, "no time zone 'Europe/Atlantis'|IANA")]
    [InlineData("minutes: 30", "minutes: soon", 8, "'soon' is no whole number|digits")]
    [InlineData("minutes: 30", "minutes: 3000", 8, "3000 minutes|0 to 720")]
    [InlineData("minutes: 30", "minutes: 30\n  days: [Caturday]", 9, "'Caturday' cannot be read|Sunday")]
    [InlineData("minutes: 30", "minutes: 30\n  every-weeks: 2", 9, "no weeks to leave out|Name the days")]
    [InlineData("minutes: 30", "minutes: 30\n  days: [Mon]\n  every-weeks: 5", 10, "every 5 weeks|1 to 4")]
    [InlineData("{days: 14}", "{days: 99999}", 10, "99999 days|1 to 9999")]
    [InlineData("{days: 14}", "{}", 10, "how many days|Write days")]
    [InlineData("on: [Sunday]", "on: []", 11, "No day of the week|Sunday")]
    [InlineData("on: [1, last]", "on: [0]", 12, "no days of a month|first Sunday")]
    [InlineData("on: first Sunday", "on: fifth Sunday", 13, "no days of a month|first Sunday")]
    [InlineData("in: [January]", "in: [Brumaire]", 13, "'Brumaire' cannot be read|January")]
    [InlineData("times: [\"18:00\"]}", "times: [\"12:00\"]}", 13, "no backup is scheduled|times of the schedule")]
    [InlineData("{months: 12, on: [1, last]}", "12", 12, "fields of its own|months, on")]
    [InlineData("snapshots: required", "snapshots: ]", 4, "no YAML|Indent with blanks")]
    [InlineData("paths: [/home]", "paths:", 1, "names nothing|Write paths:")]
    [InlineData("paths: [/home]", "# no paths", 1, "names nothing|Write paths:")]
    [InlineData("paths: [/home]", "paths:\n  - /home\n  - no/slash", 3, "no/slash is no absolute|slash")]
    [InlineData("paths: [/home]", "paths:\n  - /home\n  - {a: b}", 3, "no text|in quotes")]
    [InlineData("paths: [/home]", "paths:\n  - /home\n  - \"\"", 3, "Here is nothing|leave the line out")]
    [InlineData("paths: [/home]", "paths:\n  - /home\n  - !odd", 3, "begins with !|in quotes")]
    [InlineData("paths: [/home]", "paths: [/home, !odd]", 1, "begins with !|in quotes")]
    [InlineData("paths: [/home]", "paths:\n  - \"/home", 2, "A quote is opened|Close it")]
    [InlineData("[\"*.tmp\"]", "\n  - >4GB", 3, "begins with >|in quotes")]
    [InlineData("[\"*.tmp\"]", "\n  - @x", 3, "such a sign|in quotes")]
    [InlineData("\"18:00\"]\n", "\"18:00\", \"6:00\"]\n", 6, "06:00 is named twice|once")]
    [InlineData("schedule:\n", "schedule:\n  days: [Mon, Monday]\n", 6, "Monday is named twice|once")]
    [InlineData("schedule:\n", "Schedule:\n", 5, "no 'Schedule' here|Did you mean schedule?")]
    [InlineData("in: [January], on: first Sunday", "in: [February, April], on: [31]", 13, "None of the months|or last")]
    [InlineData("[\"*.tmp\"]", "\n- a\n- \">100\"", 4, "no size with its unit|.gitignore")]
    [InlineData("[\"*.tmp\"]", "[*.tmp]", 2, "means something else|in quotes")]
    [InlineData("paths: [/home]", "paths: &all [/home]", 1, "means something else|in quotes")]
    [InlineData("[\"*.tmp\"]", "[a, b", 2, "not closed|Close it")]
    [InlineData("[\"*.tmp\"]", "\n\t- a", 3, "A tab indents|Indent with blanks")]
    [InlineData("[\"*.tmp\"]", "\n  - \"a\"\n  - \"a\\d\"", 4, "follow a backslash|single quotes")]
    [InlineData("snapshots: required", "paths: [/etc]", 4, "'paths' is there already|Leave one")]
    [InlineData("snapshots: required", "snapshots:", 4, "has no value|leave the line out")]
    [InlineData("snapshots: required", "snapshots: [off]", 4, "more than one value|one value")]
    [InlineData("snapshots: required", "---\npaths: [/etc]", 5, "second document|---")]
    [InlineData("{days: 14}", "{days: 14}\n  every: 3", 11, "no 'every' here|daily, weekly")]
    [InlineData("{years: 3,", "{years: 300,", 13, "300 years|1 to 99")]
    public void Read_AMistake_IsToldWithItsLineAndWhatWouldBeRight(string what, string by, int line, string told)
    {
        PolicyFileReader.Read(Right, 1, "UTC").Problems.ShouldBeEmpty();

        var read = PolicyFileReader.Read(Right.Replace(what, by), 1, "UTC");

        read.Policy.ShouldBeNull();
        string[] words = told.Split('|');
        read.Problems.Any(
            problem => problem.Line == line && problem.Message.Contains(words[0]) && problem.Right.Contains(words[1]))
            .ShouldBeTrue(string.Join('\n', read.Problems));
    }

    [Fact]
    public void Read_AFieldInCapitals_IsNotMissedBesides() =>
        PolicyFileReader.Read("Paths: [/home]", 1, "UTC").Problems.ShouldHaveSingleItem()
            .Right.ShouldStartWith("Did you mean paths?");

    [Fact]
    public void Read_MistakesOfOneLine_AreAllTold()
    {
        string wrong = Right.Replace("{years: 3, in: [January]", "{years: 300, in: [Brumaire]");

        PolicyFileReader.Read(wrong, 1, "UTC").Problems.Select(problem => problem.Message)
            .ShouldBe(["'Brumaire' cannot be read.", "300 years cannot be kept."]);
    }

    [Theory]
    [InlineData("minutes: 30", "minutes: 30\n  days: [Caturday]\n  every-weeks: 2", 9)]
    [InlineData("\"06:00\", \"18:00\"", "\"06:00\", \"6 pm\"", 6)]
    public void Read_WhatFollowsFromAMistake_IsNotTold(string what, string by, int line)
    {
        PolicyFileReader.Read(Right.Replace(what, by), 1, "UTC").Problems.Select(problem => problem.Line)
            .ShouldBe([line]);
    }

    [Fact]
    public void Read_WhatOnlyTheMachineCanTell_HasItsLine()
    {
        var read = PolicyFileReader.Read(
            "paths:\n  - /home\n  - /gone\n", 1, "UTC", _ => [new("paths[1]", "/gone does not exist.", "Check it.")]);

        read.Policy.ShouldBeNull();
        read.Problems.ShouldBe([new(3, "/gone does not exist.", "Check it.")]);
    }

    [Theory]
    [InlineData("[", 1)]
    [InlineData("\n- ", 19)]
    public void Read_ThousandsOfRowsInOneAnother_IsAMistake(string opened, int line)
    {
        string text = opened == "[" ? string.Concat(Enumerable.Repeat("[", 100_000))
            : string.Concat(Enumerable.Range(0, 3000).Select(level => $"{new string(' ', level)}-\n"));

        PolicyFileReader.Read(text, 1, "UTC").Problems.ShouldHaveSingleItem().Line.ShouldBe(line);
    }

    /// <summary>Each row stands for the one before ten times: 10^20 in the end.</summary>
    [Fact]
    public void Read_RowsThatStandForRows_IsAMistake()
    {
        string text = "a0: &a0 [x]\n" + string.Concat(Enumerable.Range(1, 20).Select(
            row => $"a{row}: &a{row} [{string.Join(", ", Enumerable.Repeat($"*a{row - 1}", 10))}]\n"))
            + "? {*a20 : *a20}\n: x\n";

        PolicyFileReader.Read(text, 1, "UTC").Problems.ShouldHaveSingleItem().Line.ShouldBe(1);
    }

    [Fact]
    public void Read_MorePathsThanThereMayBe_TellsTheFirstTooMany()
    {
        string text = "paths:\n" + string.Concat(Enumerable.Range(0, 100_000).Select(path => $"  - /data/{path}\n"));

        PolicyFileReader.Read(text, 1, "UTC").Problems.ShouldHaveSingleItem().Line.ShouldBe(1002);
    }

    [Fact]
    public void Read_ManyMistakes_AreAllTold()
    {
        string wrong = Right.Replace("true", "perhaps").Replace("required", "never").Replace("\"06:00\"", "\"6\"")
            .Replace("14", "many").Replace("Sunday", "Someday").Replace("January", "Brumaire")
            .Replace("exclude", "leave");

        PolicyFileReader.Read(wrong, 1, "UTC").Problems.Select(problem => problem.Line)
            .ShouldBe([2, 3, 4, 6, 10, 11, 13, 13]);
    }
}
