namespace Coffer.Format.Hashing;

/// <summary>
/// The steps of <see cref="Blake3Kernel"/> that differ between vector sizes. A lane is one chunk (or one parent);
/// vector k of a state holds word k of every lane.
/// </summary>
/// <typeparam name="T">The vector of 32-bit words.</typeparam>
internal unsafe interface ILanes<T>
    where T : unmanaged
{
    static abstract T Broadcast(uint value);

    static abstract T Xor(T left, T right);

    /// <summary>The mixing function G, on one column or diagonal of all lanes.</summary>
    static abstract void Mix(ref T a, ref T b, ref T c, ref T d, T x, T y);

    /// <summary>
    /// Reads 16 bytes of each lane, <paramref name="stride"/> bytes apart, and turns them into four vectors, one a
    /// word.
    /// </summary>
    static abstract void LoadFourWords(byte* input, nuint stride, T* target);
}
