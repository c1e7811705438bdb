/**
 * What an operator may decide: typed records, read from a YAML file, the environment and flags.
 * Every mistake stops the start with one line that names the key, what is wrong and what is right.
 */
@NullMarked
package org.consultrelay.relay.config;

import org.jspecify.annotations.NullMarked;
