namespace Coffer.EndToEnd.Stopping;

/// <summary>
/// Each way of stopping, taken back before and after the fortnight for which deleted points are kept, in a vault that
/// is a folder here and in a served one.
/// </summary>
public sealed class StoppingOverTimeTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void RetainData_KeepsAllForAsLongAsItIsStopped(bool isServed)
    {
        using var scene = new StoppingScene(isServed);
        scene.Ends(0, "protection", "stop", scene.Label, "--way", "retain-data");
        scene.PassUntil(5);
        scene.Ends(0, "protection", "resume", scene.Label);
        scene.Ends(0, "backup");
        scene.ShouldHave(points: 3, live: 3);

        scene.Ends(0, "protection", "stop", scene.Label, "--way", "retain-data");
        scene.PassUntil(60);
        ShouldBe("stopped-with-data-retained", scene);
        scene.ShouldHave(points: 3, live: 3);
        scene.Ends(0, "protection", "resume", scene.Label);
        scene.Ends(0, "backup");
        scene.ShouldHave(points: 4, live: 1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void RetainByPolicy_LetsAllExpireAndThenBeginsAnew(bool isServed)
    {
        using var scene = new StoppingScene(isServed);
        scene.Allowed("protection", "stop", scene.Label, "--way", "retain-by-policy");
        scene.PassUntil(5);
        scene.Ends(0, "protection", "resume", scene.Label);
        scene.Ends(0, "backup");
        scene.ShouldHave(points: 3, live: 3);

        scene.Allowed("protection", "stop", scene.Label, "--way", "retain-by-policy");
        scene.PassUntil(20);
        ShouldBe("stopped-retained-by-policy", scene);
        scene.ShouldHave(points: 3, live: 0);
        scene.PassUntil(40);
        scene.ShouldHave(points: 0, live: 0);
        scene.Ends(0, "protection", "resume", scene.Label);
        scene.Ends(0, "backup").Result.GetProperty("result").GetString().ShouldBe("completed");
        scene.ShouldHave(points: 1, live: 1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void DeleteData_IsTakenBackForAFortnightAndThenBeginsAnew(bool isServed)
    {
        using var scene = new StoppingScene(isServed);
        scene.Allowed("protection", "stop", scene.Label, "--way", "delete-data");
        scene.ShouldHave(points: 2, live: 0);
        scene.PassUntil(5);
        scene.Ends(0, "protection", "undelete", scene.Label);
        scene.Ends(0, "protection", "resume", scene.Label);
        scene.Ends(0, "backup");
        scene.ShouldHave(points: 3, live: 3);

        scene.Allowed("protection", "stop", scene.Label, "--way", "delete-data");
        scene.PassUntil(25);
        scene.ShouldHave(points: 0, live: 0);
        scene.Ends(2, "protection", "undelete", scene.Label).Code.ShouldBe("protection.not-deleted");
        scene.Ends(0, "protection", "resume", scene.Label);
        var again = scene.Ends(0, "backup").Result;
        again.GetProperty("result").GetString().ShouldBe("completed");
        scene.ShouldHave(points: 1, live: 1);
        scene.Ends(0, "verify", "--data");
    }

    private static void ShouldBe(string protection, StoppingScene scene) =>
        scene.Ends(0, "protection").Events.Single().GetProperty("protection").GetString().ShouldBe(protection);
}
