/**
 * The public API under /api, made from its OpenAPI document, and what peers call under /internal.
 */
@NullMarked
package parley.chat.http;

import org.jspecify.annotations.NullMarked;
