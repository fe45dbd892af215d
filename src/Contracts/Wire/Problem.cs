using System.Net;
using Coffer.Domain;

namespace Coffer.Contracts.Wire;

/// <summary>A fault on its way to a client: problem details (RFC 9457) with Coffer's code and cure.</summary>
/// <param name="Type">Always <c>about:blank</c>: the code tells what it is.</param>
/// <param name="Title">The fault's message.</param>
/// <param name="Detail">The fault's guidance.</param>
public sealed record Problem(string Type, string Title, int Status, string Detail, string Code, FaultKind Kind)
{
    public const string ContentType = "application/problem+json";

    /// <summary>What a client asks anew for, and then again.</summary>
    public const string TokenInvalid = "machine.token";

    public static Problem Of(Fault fault) =>
        new("about:blank", fault.Message, (int)StatusOf(fault), fault.Guidance, fault.Code, fault.Kind);

    public Fault ToFault() => new(Code, Kind, Title, Detail);

    private static HttpStatusCode StatusOf(Fault fault) => fault.Code switch
    {
        TokenInvalid or "signin.needed" or "signin.refused" => HttpStatusCode.Unauthorized,
        "signin.wait" or "signin.busy" => HttpStatusCode.TooManyRequests,
        "settings.changed" => HttpStatusCode.PreconditionFailed,
        "vault.point" or "server.unknown" or "source.unknown" or "account.unknown" or "approval.unknown"
            or "token.unknown" or "adoption.unknown" or "care.unknown" or "edit.unknown" or "request.unknown"
            or "template.unknown" => HttpStatusCode.NotFound,
        "frame.none" => HttpStatusCode.NotFound,
        "frame.damaged" => HttpStatusCode.UnprocessableContent,
        "vault.session" or "vault.replaced" or "vault.reader" => HttpStatusCode.Gone,
        "vault.busy" or "vault.starting" => HttpStatusCode.ServiceUnavailable,
        "vault.full" or "quota.server" or "quota.vault" or "store.full" or "store.quota" =>
            HttpStatusCode.InsufficientStorage,
        _ => fault.Kind switch
        {
            FaultKind.Usage => HttpStatusCode.BadRequest,
            FaultKind.Refused => HttpStatusCode.Forbidden,
            _ => HttpStatusCode.InternalServerError,
        },
    };
}
