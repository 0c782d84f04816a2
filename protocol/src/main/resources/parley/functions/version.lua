-- parley_version   (no keys, no arguments) -> generation, hash of the source
--   Which library this is. FunctionLibrary puts both into its first line.

redis.register_function{
  function_name = 'parley_version',
  flags = {'no-writes'},
  callback = function()
    return {GENERATION, VERSION}
  end
}
