using System.Net.Http.Headers;
using Coffer.Contracts.Management;
using Coffer.Domain.Security.Roles;
using Coffer.Domain.Security.SignIn;
using Coffer.Vault.Serving;

namespace Coffer.Service.Management;

/// <summary>Makes accounts at the console and signs them in, as the portal will.</summary>
internal static class People
{
    private const string Password = "correct horse battery";

    /// <summary>A client that sends the token of somebody with these roles.</summary>
    public static async Task<HttpClient> ClientAsync(ServiceFixture service, string name, params Role[] roles)
    {
        var http = Client(service);
        http.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Bearer", await TokenAsync(service.Host.Vaults[0], name, roles));
        return http;
    }

    public static HttpClient Client(ServiceFixture service) => new(new SocketsHttpHandler
    {
        SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
    })
    {
        BaseAddress = service.Address.Address,
    };

    public static async Task<string> TokenAsync(ServedVault vault, string name, Role[] roles)
    {
        var invited = vault.ManageAtConsole().Accounts.Invite(new InvitationRequest(name, roles));
        var authenticator = vault.Enrol(new EnrolRequest(invited.Secret, Password)).Authenticator;
        byte[] key = Base32.Decode(authenticator.Query.Split('?', '&')
            .Single(part => part.StartsWith("secret=", StringComparison.Ordinal)).AsSpan("secret=".Length))!;
        // A code is taken one step early or late, and each step once: two are there without waiting for a third.
        long step = Totp.StepAt(TimeProvider.System.GetUtcNow());
        vault.ConfirmEnrolment(new EnrolConfirmation(invited.Secret, $"{Totp.CodeAt(key, step):d6}"));
        return (await vault.SignInAsync(
            new SignInRequest(name, Password, $"{Totp.CodeAt(key, step + 1):d6}"), "test", default)).Token;
    }
}
