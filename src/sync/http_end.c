/* SPDX-License-Identifier: Apache-2.0 */
#include <curl/curl.h>

#include "base/i18n.h"
#include "sync/http.h"

#include "base/poison.h"

enum http_end
http_end_from_curl(int code, bool sent)
{
	switch (code) {
	case CURLE_OK:
		return HTTP_ANSWERED;
	case CURLE_FILESIZE_EXCEEDED:
		return HTTP_TOO_LARGE;
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_INVALIDCERTSTATUS:
	case CURLE_SSL_ISSUER_ERROR:
		return HTTP_NOT_TRUSTED;
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
	case CURLE_COULDNT_CONNECT:
	case CURLE_PROXY:
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_URL_MALFORMAT:
		return HTTP_NOT_SENT;
	default:
		break;
	}
	return sent ? HTTP_UNKNOWN : HTTP_NOT_SENT;
}

const char *
http_proxy_words(int code, long connect)
{
	bool refused = code != CURLE_OK && connect >= 300;

	/* cells: 44 */
	return refused ? N_("the proxy lets nothing through to the hub") : NULL;
}

bool
http_of_certificate(int code)
{
	return code == CURLE_PEER_FAILED_VERIFICATION ||
	       code == CURLE_SSL_PINNEDPUBKEYNOTMATCH ||
	       code == CURLE_SSL_ISSUER_ERROR;
}

const char *
http_words(int code)
{
	static const struct {
		CURLcode code;
		const char *words;
	} plain[] = {
		/* cells: 44 */
		{CURLE_COULDNT_CONNECT,
			N_("nothing answers at the hub's address")},
		/* cells: 44 */
		{CURLE_COULDNT_RESOLVE_HOST,
			N_("the hub's name cannot be looked up")},
		/* cells: 44 */
		{CURLE_COULDNT_RESOLVE_PROXY,
			N_("the proxy's name cannot be looked up")},
		/* cells: 44 */
		{CURLE_OPERATION_TIMEDOUT, N_("no answer in time")},
		/* cells: 44 */
		{CURLE_GOT_NOTHING, N_("the line was cut off")},
		/* cells: 44 */
		{CURLE_PARTIAL_FILE, N_("the line was cut off")},
		/* cells: 44 */
		{CURLE_RECV_ERROR, N_("the line was cut off")},
		/* cells: 44 */
		{CURLE_SEND_ERROR, N_("the line was cut off")},
		/* cells: 44 */
		{CURLE_SSL_PINNEDPUBKEYNOTMATCH,
			N_("another certificate than was pinned")},
		/* cells: 44 */
		{CURLE_SSL_CONNECT_ERROR,
			N_("no secure line to the hub can be made")},
	};

	for (size_t i = 0; i < ARRAY_LEN(plain); i++) {
		if ((int)plain[i].code == code) {
			return plain[i].words;
		}
	}
	return NULL;
}
