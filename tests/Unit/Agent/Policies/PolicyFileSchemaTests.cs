using System.Text.Json;
using Coffer.Agent.Policies.Files;
using Coffer.Domain.Policies;
using Coffer.Domain.Retention;

namespace Coffer.Unit.Agent.Policies;

/// <summary>The schema for editors says what the reader knows.</summary>
public sealed class PolicyFileSchemaTests
{
    private static readonly JsonElement s_schema = JsonDocument.Parse(PolicyFileSchema.Text).RootElement;

    [Theory]
    [InlineData("", "odd: 1")]
    [InlineData("schedule", "schedule: {odd: 1}")]
    [InlineData("retention", "retention: {odd: 1}")]
    [InlineData("retention.daily", "retention: {daily: {odd: 1}}")]
    [InlineData("retention.weekly", "retention: {weekly: {odd: 1}}")]
    [InlineData("retention.monthly", "retention: {monthly: {odd: 1}}")]
    [InlineData("retention.yearly", "retention: {yearly: {odd: 1}}")]
    public void Fields_OfEachPart_AreThoseOfTheReader(string place, string yaml)
    {
        var told = PolicyFileReader.Read($"paths: [/a]\n{yaml}\n", 1, "UTC").Problems
            .Single(problem => problem.Message.Contains("'odd'"));

        string known = string.Join(", ", Part(place).GetProperty("properties").EnumerateObject().Select(f => f.Name));

        told.Right.ShouldEndWith($"There are {known}.");
        Part(place).GetProperty("additionalProperties").GetBoolean().ShouldBeFalse();
    }

    [Theory]
    [InlineData("retention.daily.days", RetentionLimits.Days)]
    [InlineData("retention.weekly.weeks", RetentionLimits.Weeks)]
    [InlineData("retention.monthly.months", RetentionLimits.Months)]
    [InlineData("retention.yearly.years", RetentionLimits.Years)]
    [InlineData("schedule.every-weeks", PolicyRules.MostWeeks)]
    [InlineData("schedule.random-delay-minutes", PolicyRules.LongestDelayMinutes)]
    public void Limits_AreThoseOfTheRules(string field, int most) =>
        Part(field).GetProperty("maximum").GetInt32().ShouldBe(most);

    private static JsonElement Part(string place) => place
        .Split('.', StringSplitOptions.RemoveEmptyEntries)
        .Aggregate(s_schema, (part, name) => part.GetProperty("properties").GetProperty(name));
}
