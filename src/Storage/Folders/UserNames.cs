using System.Globalization;

namespace Coffer.Storage.Folders;

/// <summary>
/// Names of users for messages, from the system's own list; users of a directory service stay numbers.
/// </summary>
internal static class UserNames
{
    public static string Of(uint user)
    {
        string number = user.ToString(CultureInfo.InvariantCulture);
        try
        {
            foreach (string line in File.ReadLines("/etc/passwd"))
            {
                string[] fields = line.Split(':', 4);
                if (fields.Length == 4 && fields[2] == number) return fields[0];
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The number has to do.
        }
        return number;
    }
}
