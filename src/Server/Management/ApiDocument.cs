using System.Text.Json.Nodes;
using Coffer.Contracts.Management;
using Coffer.Contracts.Wire;
using Coffer.Vault.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Coffer.Server.Management;

/// <summary>
/// The API's description (OpenAPI 3.1), made from the endpoints themselves. Each operation tells the permission that it
/// takes.
/// </summary>
internal static class ApiDocument
{
    /// <summary>Made when first asked for, and then kept: anybody may ask, and making it is dear.</summary>
    public static void Map(WebApplication app)
    {
        var made = new Lazy<Task<string>>(() => MakeAsync(app.Services));
        app.MapGet(ManagementRoutes.Document, async () =>
            TypedResults.Text(await made.Value, "application/json; charset=utf-8")).ExcludeFromDescription();
    }

    private static async Task<string> MakeAsync(IServiceProvider services)
    {
        var provider = services.GetRequiredKeyedService<IOpenApiDocumentProvider>("v1");
        var document = await provider.GetOpenApiDocumentAsync();
        return await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1);
    }

    public static void Add(IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, ManagementJson.Default);
            json.SerializerOptions.TypeInfoResolverChain.Insert(1, WireJson.Default);
        });
        services.AddOpenApi(options =>
        {
            options.AddDocumentTransformer((document, _, _) =>
            {
                document.Info = new OpenApiInfo
                {
                    Title = "Coffer vault",
                    Version = "v1",
                    Description = "Management of a Coffer vault; and its data API, which agents speak.",
                };
                document.Servers = []; // wherever it was fetched from
                return Task.CompletedTask;
            });
            options.AddSchemaTransformer((schema, context, _) =>
            {
                NameValues(schema, context.JsonTypeInfo.Type);
                return Task.CompletedTask;
            });
            options.AddOperationTransformer((operation, context, _) =>
            {
                var useCase = context.Description.ActionDescriptor.EndpointMetadata.OfType<UseCase>().FirstOrDefault();
                if (useCase is not null) operation.Description = $"Permission: {useCase.Permission}.";
                return Task.CompletedTask;
            });
        });
    }

    // Enumerations are read and written by a converter of their own, of which the framework can tell nothing.
    private static void NameValues(OpenApiSchema schema, Type type)
    {
        var named = Nullable.GetUnderlyingType(type) ?? type;
        if (!named.IsEnum) return;
        schema.Type = JsonSchemaType.String | (named == type ? 0 : JsonSchemaType.Null);
        schema.Enum = [.. Enum.GetNames(named).Select(name => (JsonNode)JsonValue.Create(name))];
    }
}
