using System.Text.Json;
using Coffer.Contracts.Wire;
using Coffer.Domain;
using Coffer.Server.Management;
using Microsoft.AspNetCore.Http;

namespace Coffer.Server.Errors;

/// <summary>The one place where what goes wrong in a request becomes an answer: problem details with a code.</summary>
internal sealed partial class ProblemAnswers(RequestDelegate next, ILogger<ProblemAnswers> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (context.Response is { StatusCode: StatusCodes.Status404NotFound, HasStarted: false }
                && context.GetEndpoint() is null)
                await AnswerAsync(context, NoSuchAddress(), StatusCodes.Status404NotFound);
        }
        catch (FaultException e)
        {
            Callers.Refused(context, e.Fault);
            await AnswerAsync(context, e.Fault, null);
        }
        catch (CorruptionException e)
        {
            await AnswerAsync(context, Damaged(e.Message), null);
        }
        catch (BadHttpRequestException e)
        {
            await AnswerAsync(context, Unreadable(e.Message), e.StatusCode);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there any more to be told.
        }
        catch (IOException e) when (context.RequestAborted.IsCancellationRequested)
        {
            LogCut(context.Request.Path, e.Message);
        }
        catch (Exception e)
        {
            LogBug(e, context.Request.Method, context.Request.Path);
            await AnswerAsync(context, Bug(), null);
        }
    }

    private async Task AnswerAsync(HttpContext context, Fault fault, int? status)
    {
        if (context.Response.HasStarted)
        {
            context.Abort(); // half an answer must not pass for a whole one
            return;
        }
        var problem = Problem.Of(fault);
        if (status is { } given) problem = problem with { Status = given };
        if (problem.Status >= StatusCodes.Status500InternalServerError)
            LogFault(fault.Code, context.Request.Method, context.Request.Path, fault.Message);
        context.Response.Clear();
        context.Response.StatusCode = problem.Status;
        context.Response.ContentType = Problem.ContentType;
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(problem, WireJson.Default.Problem);
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    private static Fault Unreadable(string why) =>
        new("request.unreadable", FaultKind.Usage, $"The request cannot be read: {why}.", "");

    private static Fault Damaged(string what) => new(
        "vault.damaged", FaultKind.Failed, $"The vault met damage of its own: {what}.",
        "`coffer vault check` and `coffer vault scrub`, where the vault lies, tell more.");

    private static Fault NoSuchAddress() =>
        new("request.address", FaultKind.Usage, "There is nothing at this address.",
            "See the service's documentation.");

    private static Fault Bug() => new(
        "vault.bug", FaultKind.Failed, "The vault failed at this request in a way that it did not expect.",
        "The service's log says more; please report it.");

    [LoggerMessage(1, LogLevel.Warning, "{Code} at {Method} {Path}: {Message}")]
    private partial void LogFault(string code, string method, PathString path, string message);

    [LoggerMessage(2, LogLevel.Error, "Unexpected failure at {Method} {Path}")]
    private partial void LogBug(Exception exception, string method, PathString path);

    [LoggerMessage(3, LogLevel.Debug, "Cut off at {Path}: {Message}")]
    private partial void LogCut(PathString path, string message);
}
