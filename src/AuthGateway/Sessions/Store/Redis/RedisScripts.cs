namespace AuthGateway.Sessions.Store.Redis;

/// <summary>The Lua scripts that change several keys in one atomic step.</summary>
/// <remarks>
/// Scripts access keys that are named in a session's <c>index</c> field; all keys share one hash
/// tag. What has ended is judged by the server's clock too, which all replicas share: one whose own
/// clock is ahead must not end the sessions of the others.
/// </remarks>
internal static class RedisScripts
{
    /// <summary>Ends one session.</summary>
    /// <remarks>
    /// It publishes first, so that other processes learn of the end even when the writes are
    /// refused, then deletes the key and its entry in every set. DEL and ZREM also work when the
    /// memory is full.
    /// </remarks>
    public const string Finish = """
        local function publish(root, member, origin)
          redis.call('PUBLISH', root .. 'changes', origin .. ' ended ' .. member)
        end
        local function remove(root, member)
          local key = root .. 's:' .. member
          local index = redis.call('HGET', key, 'index')
          redis.call('ZREM', root .. 'all', member)
          if not index then return 0 end
          redis.call('DEL', key)
          for name in string.gmatch(index, '%S+') do redis.call('ZREM', root .. name, member) end
          return 1
        end
        local function finish(root, member, origin)
          if redis.call('EXISTS', root .. 's:' .. member) == 1 then publish(root, member, origin) end
          return remove(root, member)
        end

        """;

    /// <summary>
    /// KEYS session, all, two tombstones; ARGV root, member, sealed, about, expires, used, auth,
    /// life, now, issuer, index.
    /// </summary>
    public const string Insert = """
        for i = 3, 4 do
          local issued = redis.call('GET', KEYS[i])
          if issued and tonumber(issued) >= tonumber(ARGV[7]) then return 0 end
        end
        redis.call('HSET', KEYS[1], 'sealed', ARGV[3], 'about', ARGV[4], 'expires', ARGV[5], 'used', ARGV[6],
          'auth', ARGV[7], 'issuer', ARGV[10], 'index', ARGV[11])
        redis.call('EXPIRE', KEYS[1], ARGV[8])
        local now = math.min(tonumber(ARGV[9]), tonumber(redis.call('TIME')[1]))
        local function add(key)
          redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
          redis.call('ZADD', key, ARGV[5], ARGV[2])
          if redis.call('TTL', key) < tonumber(ARGV[8]) then redis.call('EXPIRE', key, ARGV[8]) end
        end
        for name in string.gmatch(ARGV[11], '%S+') do add(ARGV[1] .. name) end
        redis.call('ZADD', KEYS[2], ARGV[5], ARGV[2])
        if redis.call('TTL', KEYS[2]) < tonumber(ARGV[8]) then redis.call('EXPIRE', KEYS[2], ARGV[8]) end
        return 1
        """;

    /// <summary>KEYS session; ARGV root, member, origin.</summary>
    public const string Delete = Finish + "return finish(ARGV[1], ARGV[2], ARGV[3])";

    /// <summary>
    /// KEYS session; ARGV root, member, origin, now, idle time in seconds. Returns 0 when the
    /// session was used within that time.
    /// </summary>
    public const string DeleteIdle = Finish + """
        local now = math.min(tonumber(ARGV[4]), tonumber(redis.call('TIME')[1]))
        local used = redis.call('HGET', KEYS[1], 'used')
        if not used or now - tonumber(used) < tonumber(ARGV[5]) then return 0 end
        return finish(ARGV[1], ARGV[2], ARGV[3])
        """;

    /// <summary>KEYS mark; ARGV taker, life in milliseconds. Returns 1 for the taker.</summary>
    public const string TakeOnce = """
        if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 end
        if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
        redis.call('PEXPIRE', KEYS[1], ARGV[2])
        return 1
        """;

    /// <summary>KEYS sessions; ARGV their last uses, in the same order.</summary>
    public const string Touch = """
        for i, key in ipairs(KEYS) do
          local used = redis.call('HGET', key, 'used')
          if used and tonumber(used) < tonumber(ARGV[i]) then redis.call('HSET', key, 'used', ARGV[i]) end
        end
        return 0
        """;

    /// <summary>
    /// KEYS notice, tombstone, set of sessions; ARGV root, origin, issuer, issued, life. Returns
    /// the ended members, or nothing for a replay.
    /// </summary>
    /// <remarks>
    /// It publishes first, then deletes, then sets the marks: a full Redis accepts the marks once
    /// something was deleted, and one that refuses them leaves the notice for the retry.
    /// </remarks>
    public const string EndByProvider = Finish + """
        if redis.call('EXISTS', KEYS[1]) == 1 then return false end
        local ended = {}
        for _, member in ipairs(redis.call('ZRANGE', KEYS[3], 0, -1)) do
          local login = redis.call('HMGET', ARGV[1] .. 's:' .. member, 'auth', 'issuer')
          if login[1] and login[2] == ARGV[3] and tonumber(login[1]) <= tonumber(ARGV[4]) then
            ended[#ended + 1] = member
            publish(ARGV[1], member, ARGV[2])
          end
        end
        for _, member in ipairs(ended) do remove(ARGV[1], member) end
        local issued = redis.call('GET', KEYS[2])
        if not issued or tonumber(issued) < tonumber(ARGV[4]) then issued = ARGV[4] end
        local life = math.max(tonumber(ARGV[5]), redis.call('TTL', KEYS[2]))
        redis.call('SET', KEYS[2], issued, 'EX', life)
        redis.call('SET', KEYS[1], '1', 'EX', ARGV[5])
        return ended
        """;

    /// <summary>KEYS mark; ARGV version, life in seconds. An existing mark keeps its value.</summary>
    public const string Mark = """
        redis.call('SET', KEYS[1], ARGV[1], 'NX')
        return redis.call('EXPIRE', KEYS[1], ARGV[2])
        """;

    /// <summary>KEYS key; ARGV value. Writes the value and deletes it.</summary>
    public const string TryWrite = """
        redis.call('SET', KEYS[1], ARGV[1], 'EX', 10)
        return redis.call('DEL', KEYS[1])
        """;

    /// <summary>KEYS sessions. Returns one number for each.</summary>
    public const string Exists = """
        local live = {}
        for i, key in ipairs(KEYS) do live[i] = redis.call('EXISTS', key) end
        return live
        """;

    /// <summary>KEYS all; ARGV root, origin, now, limit.</summary>
    public const string DeleteExpired = Finish + """
        local now = math.min(tonumber(ARGV[3]), tonumber(redis.call('TIME')[1]))
        local members = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, ARGV[4])
        for _, member in ipairs(members) do finish(ARGV[1], member, ARGV[2]) end
        return #members
        """;
}
